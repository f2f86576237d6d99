package io.tarn.cache;

import io.tarn.cache.BlockFooter.DamagedBlock;
import io.tarn.io.CheckBuffers;
import io.tarn.io.LinuxFile;
import io.tarn.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The bytes of a block, open for reading; whole, or as far as they are fetched. What is open can
/// be read even when its name is gone. Thread-safe.
///
/// Every read takes whole chunks and checks them in the buffer that they are then used from. What
/// is in memory is read where one is, also on an event loop; for what is not, the disk is called.
final class BlockFile implements AutoCloseable {
  /// Of what is brought into memory: growing steps make the kernel take large pages, of which a
  /// later read has to look up fewer.
  private static final int FIRST_STEP = 16 << 10;

  private final ReadableFile file;
  private final int length;
  private final int[] table;
  private final CacheDirectory directory;
  private Runnable closed = () -> {};

  private BlockFile(ReadableFile file, int length, int[] table, CacheDirectory directory) {
    this.file = file;
    this.length = length;
    this.table = table;
    this.directory = directory;
  }

  /// A block that is whole. May wait for the disk.
  static BlockFile open(Path path, Block block, CacheDirectory directory) throws IOException {
    ReadableFile file = ReadableFile.open(path, directory.closer());
    try {
      return new BlockFile(file, block.length(), BlockFooter.read(file, block).table(), directory);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// As [#open], without waiting; null when that cannot be done, for whatever reason.
  static @Nullable BlockFile openCached(Path path, Block block, CacheDirectory directory) {
    LinuxFile file = LinuxFile.openCached(path, directory.closer());
    if (file == null) return null;
    try {
      BlockFooter footer = BlockFooter.read(new LinuxFile.Cached(file), block);
      return new BlockFile(file, block.length(), footer.table(), directory);
    } catch (IOException e) {
      file.close();
      return null;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// One that is being written: `table` has the checksums of its chunks as far as they are there.
  /// May wait for the disk.
  static BlockFile underway(Path path, int length, int[] table, CacheDirectory directory)
      throws IOException {
    return new BlockFile(ReadableFile.open(path, directory.closer()), length, table, directory);
  }

  /// What is to be done when it is closed.
  BlockFile whenClosed(Runnable action) {
    closed = action;
    return this;
  }

  /// Reads from `at` on as many chunks as there is room for, as [io.tarn.store.StoredBytes#read]
  /// says, but none behind the one with byte `end - 1`.
  void read(int at, int end, ByteBuffer into) throws IOException {
    int start = begin(at, end, into);
    if (!tryFill(start, into)) fill(start, into);
    check(start, into);
    into.position(at - start);
  }

  /// As [#read] when the bytes are in memory; else false, at once.
  boolean tryRead(int at, int end, ByteBuffer into) throws IOException {
    int start = begin(at, end, into);
    int whole = into.limit();
    if (!tryFill(start, into) && !tryFill(start, into.limit(Math.min(BlockFooter.CHUNK, whole)))) {
      return false;
    }
    check(start, into);
    into.position(at - start);
    return true;
  }

  /// Whether [#tryRead] ever finds anything.
  boolean canTry() {
    return file.canTry();
  }

  /// Waits until the bytes up to `end` are in memory, most likely.
  void fetch(int at, int end) throws IOException {
    directory.make(() -> fetched(at, Math.min(length, end)), _ -> {});
  }

  private int fetched(int at, int end) throws IOException {
    ByteBuffer scratch = CheckBuffers.take();
    try {
      int step = FIRST_STEP;
      int next = at;
      for (; next < end; next += scratch.position()) {
        scratch.clear().limit(Math.min(step, end - next));
        if (file.read(scratch, next) < 0) break;
        step = Math.min(2 * step, CheckBuffers.BYTES);
      }
      return next;
    } finally {
      CheckBuffers.give(scratch);
    }
  }

  /// Makes room in `into` for as many chunks as fit, and answers where the first of them starts.
  private int begin(int at, int end, ByteBuffer into) {
    int start = at - at % BlockFooter.CHUNK;
    int stop = Math.min(length, BlockFooter.chunks(end) * BlockFooter.CHUNK);
    int whole = into.capacity() - into.capacity() % BlockFooter.CHUNK;
    int room = into.capacity() >= stop - start ? stop - start : whole;
    if (at < 0 || at >= stop || room == 0) {
      throw new IllegalArgumentException("%d bytes of room for byte %d".formatted(room, at));
    }
    into.clear().limit(room);
    return start;
  }

  private boolean tryFill(int start, ByteBuffer into) throws IOException {
    into.position(0);
    while (into.hasRemaining()) {
      if (file.tryRead(into, start + into.position()) <= 0) return false;
    }
    return true;
  }

  /// By way of a buffer of the call's own: one that ends too late must not write into memory that
  /// is somebody else's by then.
  private void fill(int start, ByteBuffer into) throws IOException {
    into.position(0);
    while (into.hasRemaining()) {
      int from = start + into.position();
      int count = Math.min(CheckBuffers.BYTES, into.remaining());
      ByteBuffer some =
          directory.make(() -> BlockFooter.readFully(file, from, count), CheckBuffers::giveBack);
      into.put(some);
      CheckBuffers.give(some);
    }
  }

  /// Checks the chunks from `start` on that are in `into` up to its position, and flips it.
  private void check(int start, ByteBuffer into) throws DamagedBlock {
    into.flip();
    int number = start / BlockFooter.CHUNK;
    for (int from = 0; from < into.limit(); from += BlockFooter.CHUNK, number++) {
      int count = Math.min(BlockFooter.CHUNK, into.limit() - from);
      if (table[number] != BlockFooter.crcOf(into.slice(from, count))) {
        throw new DamagedBlock("it does not match its checksum at " + (start + from));
      }
    }
  }

  /// Returns at once.
  @Override
  public void close() {
    file.close();
    closed.run();
  }
}
