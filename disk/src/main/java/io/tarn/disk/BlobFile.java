package io.tarn.disk;

import io.tarn.io.Calls;
import io.tarn.io.CheckBuffers;
import io.tarn.io.Closer;
import io.tarn.io.LinuxFile;
import io.tarn.io.ReadableFile;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A committed blob, open for reading. The open file keeps its bytes even if the name is deleted.
///
/// Every read takes whole chunks and checks them in the buffer that they are then used from: there
/// is no second read that nobody checks.
final class BlobFile implements Blobs.OpenBlob, StoredBytes {
  /// Bytes that have a checksum of their own.
  static final int CHUNK = 128 * 1024;

  /// Of what is brought into memory: growing steps make the kernel take large pages, of which a
  /// later read has to look up fewer (138 instead of 167 µs for 1 MiB).
  private static final int FIRST_STEP = 16 << 10;

  private final BlobId id;
  private final ReadableFile file;
  private final Footer footer;
  private final Home home;

  /// The volume it is on.
  ///
  /// - `calls`: what reads that must wait for the disk are made through
  /// - `failures`: is told of each read that fails
  record Home(Calls calls, Closer closer, Consumer<IOException> failures) {}

  private BlobFile(BlobId id, ReadableFile file, Footer footer, Home home) {
    this.id = id;
    this.file = file;
    this.footer = footer;
    this.home = home;
  }

  /// May wait for the disk.
  static BlobFile open(Path path, BlobId id, Home home) throws IOException {
    ReadableFile file = ReadableFile.open(path, home.closer);
    try {
      Footer footer = Footer.read(file, id);
      if (!footer.written().equals(id)) ShareNote.require(path, id, footer.written(), home.closer);
      return new BlobFile(id, file, footer, home);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// As [#open], without waiting; null when that cannot be done, for whatever reason.
  static @Nullable BlobFile openCached(Path path, BlobId id, Home home) {
    LinuxFile file = LinuxFile.openCached(path, home.closer);
    if (file == null) return null;
    try {
      Footer footer = Footer.read(new LinuxFile.Cached(file), id);
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
      int count = Math.min(CHUNK, into.remaining());
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
    if (!tryFill(start, into) && !tryFill(start, into.limit(Math.min(CHUNK, whole)))) return false;
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
        step = Math.min(2 * step, CHUNK);
      }
      return next;
    } finally {
      CheckBuffers.give(scratch);
    }
  }

  /// Makes room in `into` for as many chunks as fit, and answers where the first of them starts,
  /// which is the one with `at`.
  private long begin(long at, ByteBuffer into) {
    int room = into.capacity() - into.capacity() % CHUNK;
    if (at < 0 || at >= footer.length() || room == 0) {
      throw new IllegalArgumentException("%d bytes of room for byte %d".formatted(room, at));
    }
    long start = at - at % CHUNK;
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
    int number = Math.toIntExact(start / CHUNK);
    for (int from = 0; from < into.limit(); from += CHUNK, number++) {
      if (!footer.matches(number, into.slice(from, Math.min(CHUNK, into.limit() - from)))) {
        throw new Corrupt(
            "blob %s does not match its checksum at %d".formatted(id, start + from), null);
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }

  /// The end of a blob file. The bytes of the blob come first, unchanged, so that a range of the
  /// blob is the same range of the file and can be sent from the page cache. Behind them:
  ///
  /// - table: one CRC32C (4 bytes, big-endian) per chunk of 128 KiB; the last chunk may be short
  /// - label: what the blob says of itself (see [BlobLabel]), at most 8 KiB of text
  /// - trailer: magic `TARNBLB2`, blob id (26, ASCII), length (8), chunk size (4), length of the
  ///   label (4), and the CRC32C (4) of table, label and trailer
  ///
  /// A blob that says nothing of itself is of the first format, as all were in 0.1.0: it has no
  /// label, and its trailer the magic `TARNBLB1` and no length of a label.
  ///
  /// A chunk's CRC covers the blob's id, the chunk's number and its bytes: a block that strayed in
  /// from another place, or a file under another's name, does not pass. CRC32C as in RFC 3720
  /// §12.1. Of a blob that shares the file of another the footer names that one, see [ShareNote].
  static final class Footer {
    private static final byte[] MAGIC = "TARNBLB2".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WITHOUT_LABEL = "TARNBLB1".getBytes(StandardCharsets.US_ASCII);
    static final int TRAILER = 8 + 26 + 8 + 4 + 4;
    private static final int LABELLED_TRAILER = TRAILER + 4;

    /// Read at once from the end of a file: the whole footer of a blob of 100 MiB with a label of
    /// some hundred bytes, and of 30 MiB with any but the longest.
    private static final int TAIL = 4096;

    private final BlobId written;
    private final byte[] idBytes;
    private final long length;
    private final int[] table;
    private final byte[] label;

    private Footer(BlobId written, long length, int[] table, byte[] label) {
      this.written = written;
      this.idBytes = written.text().getBytes(StandardCharsets.US_ASCII);
      this.length = length;
      this.table = table;
      this.label = label;
    }

    /// The blob that the file was written for.
    BlobId written() {
      return written;
    }

    /// What that blob says of itself.
    BlobLabel label() {
      BlobLabel read = label.length == 0 ? null : BlobLabel.ofBytes(label);
      return read == null ? BlobLabel.NONE : read;
    }

    long length() {
      return length;
    }

    int chunks() {
      return table.length;
    }

    /// Whether these bytes (position to limit) are chunk `number`.
    boolean matches(int number, ByteBuffer chunk) {
      return table[number] == crcOf(seed(idBytes, number), chunk);
    }

    /// The CRC that a chunk's own bytes continue from.
    private static CRC32C seed(byte[] idBytes, int number) {
      var crc = new CRC32C();
      crc.update(idBytes);
      crc.update(number >>> 24);
      crc.update(number >>> 16);
      crc.update(number >>> 8);
      crc.update(number);
      return crc;
    }

    private static int crcOf(CRC32C seeded, ByteBuffer chunk) {
      seeded.update(chunk);
      return (int) seeded.getValue();
    }

    /// Reads and checks the footer of an open file, the one of the blob `id`. Fails with [Corrupt]
    /// if it is none; whether the file is that of the blob is for the caller to say ([#written]).
    static Footer read(ReadableFile file, BlobId id) throws IOException {
      long size = file.size();
      int tail = (int) Math.min(size, TAIL);
      ByteBuffer end = readFully(file, size - tail, tail);
      if (tail < TRAILER) throw damaged(id, "it is too short for a footer");
      boolean labelled = tail >= LABELLED_TRAILER && has(MAGIC, end, tail - LABELLED_TRAILER);
      if (!labelled && !has(WITHOUT_LABEL, end, tail - TRAILER)) {
        throw damaged(id, "its last bytes are not a footer");
      }
      int ending = labelled ? LABELLED_TRAILER : TRAILER;
      ByteBuffer trailer = end.slice(tail - ending + MAGIC.length, ending - MAGIC.length);
      byte[] idBytes = new byte[26];
      trailer.get(idBytes);
      long length = trailer.getLong();
      int chunk = trailer.getInt();
      int words = labelled ? trailer.getInt() : 0;
      int crc = trailer.getInt();
      String written = new String(idBytes, StandardCharsets.US_ASCII);
      if (!BlobId.isName(written)) throw damaged(id, "its footer names no blob");
      if (chunk != CHUNK
          || length < 0
          || length > size
          || words < 0
          || words > BlobLabel.MAX_BYTES
          || length + 4L * chunksOf(length) + words + ending != size) {
        throw damaged(id, "its length is not what it was");
      }
      int chunks = chunksOf(length);
      int footer = 4 * chunks + words + ending;
      ByteBuffer whole =
          footer <= tail ? end.slice(tail - footer, footer) : readFully(file, length, footer);
      var check = new CRC32C();
      check.update(whole.slice(0, footer - 4));
      if ((int) check.getValue() != crc) {
        throw damaged(id, "its footer does not match its checksum");
      }
      int[] crcs = new int[chunks];
      whole.slice(0, 4 * chunks).asIntBuffer().get(crcs);
      byte[] label = new byte[words];
      whole.get(4 * chunks, label);
      return new Footer(new BlobId(written), length, crcs, label);
    }

    private static boolean has(byte[] magic, ByteBuffer end, int at) {
      return end.slice(at, magic.length).equals(ByteBuffer.wrap(magic));
    }

    static ByteBuffer readFully(ReadableFile file, long at, int count) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(count);
      while (buffer.hasRemaining() && at >= 0) {
        int read = file.read(buffer, at + buffer.position());
        if (read < 0) break;
      }
      if (buffer.hasRemaining()) {
        throw new Corrupt("a blob file of %d bytes".formatted(file.size()), null);
      }
      return buffer.flip();
    }

    static Corrupt damaged(BlobId id, String how) {
      return new Corrupt("blob %s: %s".formatted(id, how), null);
    }

    private static int chunksOf(long length) {
      return Math.toIntExact((length + CHUNK - 1) / CHUNK);
    }

    /// Collects the CRCs of a blob while it is written.
    static final class Builder {
      private final byte[] idBytes;
      private int[] table = new int[16];
      private int chunks;
      private long length;
      private CRC32C current;
      private int room = CHUNK;

      Builder(BlobId id) {
        idBytes = id.text().getBytes(StandardCharsets.US_ASCII);
        current = seed(idBytes, 0);
      }

      /// Takes the bytes of `buffer` into account; its position does not move.
      void add(ByteBuffer buffer) {
        ByteBuffer rest = buffer.duplicate();
        while (rest.hasRemaining()) {
          int step = Math.min(room, rest.remaining());
          current.update(rest.slice(rest.position(), step));
          rest.position(rest.position() + step);
          room -= step;
          length += step;
          if (room == 0) endChunk();
        }
      }

      private void endChunk() {
        if (chunks == table.length) table = Arrays.copyOf(table, chunks * 2);
        table[chunks++] = (int) current.getValue();
        current = seed(idBytes, chunks);
        room = CHUNK;
      }

      long length() {
        return length;
      }

      ByteBuffer finish(BlobLabel label) {
        if (room < CHUNK) endChunk();
        boolean labelled = !label.equals(BlobLabel.NONE);
        byte[] words = labelled ? label.toBytes() : new byte[0];
        ByteBuffer footer =
            ByteBuffer.allocate(
                4 * chunks + words.length + (labelled ? LABELLED_TRAILER : TRAILER));
        for (int i = 0; i < chunks; i++) footer.putInt(table[i]);
        footer.put(words).put(labelled ? MAGIC : WITHOUT_LABEL);
        footer.put(idBytes).putLong(length).putInt(CHUNK);
        if (labelled) footer.putInt(words.length);
        var crc = new CRC32C();
        crc.update(footer.array(), 0, footer.position());
        return footer.putInt((int) crc.getValue()).flip();
      }
    }
  }
}
