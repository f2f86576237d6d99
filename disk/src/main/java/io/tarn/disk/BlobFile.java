package io.tarn.disk;

import io.tarn.io.Calls;
import io.tarn.io.CheckBuffers;
import io.tarn.io.Closer;
import io.tarn.io.ReadableFile;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.StoredBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A committed blob, open for reading. The open file keeps its bytes even if the name is deleted.
///
/// Every read takes whole chunks and checks them in the buffer that they are then used from: there
/// is no second read that nobody checks.
final class BlobFile implements Blobs.OpenBlob, StoredBytes {
  /// Of what is brought into memory: growing steps make the kernel take large pages, of which a
  /// later read has to look up fewer (138 instead of 167 µs for 1 MiB).
  private static final int FIRST_STEP = 16 << 10;

  private final BlobId id;
  private final ReadableFile file;
  private final BlobFooter footer;
  private final Home home;

  /// The volume it is on.
  ///
  /// - `calls`: what reads that must wait for the disk are made through
  /// - `failures`: is told of each read that fails
  record Home(Calls calls, Closer closer, Consumer<IOException> failures) {}

  private BlobFile(BlobId id, ReadableFile file, BlobFooter footer, Home home) {
    this.id = id;
    this.file = file;
    this.footer = footer;
    this.home = home;
  }

  /// May wait for the disk.
  static BlobFile open(Path path, BlobId id, Home home) throws IOException {
    ReadableFile file = ReadableFile.open(path, home.closer);
    try {
      BlobFooter footer = BlobFooter.read(file, id);
      if (!footer.written().equals(id)) ShareNote.require(path, id, footer.written(), home.closer);
      return new BlobFile(id, file, footer, home);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// As [#open], without waiting; null when that cannot be done, for whatever reason.
  static @Nullable BlobFile openCached(Path path, BlobId id, Home home) {
    ReadableFile file = ReadableFile.openCached(path, home.closer);
    if (file == null) return null;
    try {
      BlobFooter footer = BlobFooter.read(new ReadableFile.Cached(file), id);
      if (!footer.written().equals(id)) {
        ShareNote.requireCached(path, id, footer.written(), home.closer);
      }
      return new BlobFile(id, file, footer, home);
    } catch (IOException e) {
      file.close();
      return null;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// One that was opened too late for anybody, if it was.
  static void closeLate(@Nullable BlobFile late) {
    if (late != null) late.close();
  }

  /// The blob that the file was written for: another, if it is shared.
  BlobId written() {
    return footer.written();
  }

  @Override
  public long length() {
    return footer.length();
  }

  @Override
  public SliceSource read(long offset, long length) {
    if (offset < 0 || length < 0 || offset + length > footer.length()) {
      throw new Invalid(
          Reason.RANGE,
          "%d bytes at %d of a blob of %d".formatted(length, offset, footer.length()));
    }
    return new Once(length == 0 ? null : new Slice.Stored(this, offset, length));
  }

  private static final class Once implements SliceSource {
    private @Nullable Slice slice;

    Once(@Nullable Slice slice) {
      this.slice = slice;
    }

    @Override
    public @Nullable Slice next() {
      Slice only = slice;
      slice = null;
      return only;
    }

    @Override
    public void close() {
      slice = null;
    }
  }

  @Override
  public void read(long at, ByteBuffer into) {
    long start = begin(at, into);
    if (!tryFill(start, into)) fill(start, into);
    check(start, into);
    into.position((int) (at - start));
  }

  /// By way of a buffer of the call's own: one that ends too late must not write into memory that
  /// is somebody else's by then.
  private void fill(long start, ByteBuffer into) {
    into.position(0);
    while (into.hasRemaining()) {
      long from = start + into.position();
      int count = Math.min(BlobFooter.CHUNK, into.remaining());
      ByteBuffer chunk = waited(() -> readFully(from, count), CheckBuffers::giveBack, from);
      into.put(chunk);
      CheckBuffers.give(chunk);
    }
  }

  private ByteBuffer readFully(long from, int count) throws IOException {
    ByteBuffer chunk = CheckBuffers.take();
    boolean whole = false;
    try {
      chunk.clear().limit(count);
      while (chunk.hasRemaining()) {
        if (file.read(chunk, from + chunk.position()) < 0) {
          throw new Corrupt("blob %s ends early".formatted(id), null);
        }
      }
      whole = true;
      return chunk.flip();
    } finally {
      if (!whole) CheckBuffers.give(chunk);
    }
  }

  @Override
  public boolean tryRead(long at, ByteBuffer into) {
    long start = begin(at, into);
    int whole = into.limit();
    if (!tryFill(start, into) && !tryFill(start, into.limit(Math.min(BlobFooter.CHUNK, whole)))) {
      return false;
    }
    check(start, into);
    into.position((int) (at - start));
    return true;
  }

  private boolean tryFill(long start, ByteBuffer into) {
    into.position(0);
    try {
      while (into.hasRemaining()) {
        if (file.tryRead(into, start + into.position()) <= 0) return false;
      }
    } catch (IOException e) {
      throw failed(e, start + into.position());
    }
    return true;
  }

  @Override
  public boolean canTry() {
    return file.canTry();
  }

  @Override
  public void fetch(long at, long length) {
    var _ = waited(() -> fetched(at, Math.min(footer.length(), at + length)), _ -> {}, at);
  }

  private long fetched(long at, long end) throws IOException {
    ByteBuffer scratch = CheckBuffers.take();
    try {
      int step = FIRST_STEP;
      long next = at;
      for (; next < end; next += scratch.position()) {
        scratch.clear().limit((int) Math.min(step, end - next));
        if (file.read(scratch, next) < 0) break;
        step = Math.min(2 * step, BlobFooter.CHUNK);
      }
      return next;
    } finally {
      CheckBuffers.give(scratch);
    }
  }

  /// Makes room in `into` for as many chunks as fit, and answers where the first of them starts,
  /// which is the one with `at`.
  private long begin(long at, ByteBuffer into) {
    int room = into.capacity() - into.capacity() % BlobFooter.CHUNK;
    if (at < 0 || at >= footer.length() || room == 0) {
      throw new IllegalArgumentException("%d bytes of room for byte %d".formatted(room, at));
    }
    long start = at - at % BlobFooter.CHUNK;
    into.clear().limit((int) Math.min(room, footer.length() - start));
    return start;
  }

  private <T> T waited(Calls.Call<T> call, Calls.Late<T> late, long at) {
    try {
      return home.calls.make(call, late);
    } catch (IOException e) {
      throw failed(e, at);
    }
  }

  private Corrupt failed(IOException e, long at) {
    if (e instanceof ClosedChannelException) {
      return new Corrupt("blob %s is closed".formatted(id), e);
    }
    home.failures.accept(e);
    return new Corrupt("blob %s cannot be read at %d".formatted(id, at), e);
  }

  /// Checks the chunks from `start` on that are in `into` up to its position, and flips it.
  private void check(long start, ByteBuffer into) {
    into.flip();
    int number = Math.toIntExact(start / BlobFooter.CHUNK);
    for (int from = 0; from < into.limit(); from += BlobFooter.CHUNK, number++) {
      if (!footer.matches(
          number, into.slice(from, Math.min(BlobFooter.CHUNK, into.limit() - from)))) {
        throw new Corrupt(
            "blob %s does not match its checksum at %d".formatted(id, start + from), null);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
