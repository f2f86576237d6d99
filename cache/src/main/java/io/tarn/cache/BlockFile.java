package io.tarn.cache;

import io.tarn.cache.BlockFooter.DamagedBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The bytes of a block, open for reading; whole, or as far as they are fetched. Each reader has a
/// file of its own: a thread that is interrupted in a read closes the file it reads. What is open
/// can be read even when its name is gone.
///
/// Every read takes whole chunks and checks them in the buffer that they are then used from.
final class BlockFile implements AutoCloseable {
  private final FileChannel file;
  private final int length;
  private final int[] table;
  private final Runnable closed;

  private BlockFile(FileChannel file, int length, int[] table, Runnable closed) {
    this.file = file;
    this.length = length;
    this.table = table;
    this.closed = closed;
  }

  /// A block that is whole. `closed` runs when the file is.
  static BlockFile open(Path path, Block block, Runnable closed) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new BlockFile(file, block.length(), BlockFooter.read(file, block).table(), closed);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// One that is being written: `table` has the checksums of its chunks as far as they are there.
  static BlockFile underway(Path path, int length, int[] table) throws IOException {
    return new BlockFile(FileChannel.open(path, StandardOpenOption.READ), length, table, () -> {});
  }

  /// Reads from `at` on as many chunks as there is room for, as [io.tarn.store.StoredBytes#read]
  /// says, but none behind the one with byte `end - 1`.
  void read(int at, int end, ByteBuffer into) throws IOException {
    int start = at - at % BlockFooter.CHUNK;
    int stop = Math.min(length, BlockFooter.chunks(end) * BlockFooter.CHUNK);
    int whole = into.capacity() - into.capacity() % BlockFooter.CHUNK;
    int room = into.capacity() >= stop - start ? stop - start : whole;
    if (at < 0 || at >= stop || room == 0) {
      throw new IllegalArgumentException("%d bytes of room for byte %d".formatted(room, at));
    }
    into.clear().limit(room);
    BlockFooter.readFully(file, into, start);
    int number = start / BlockFooter.CHUNK;
    for (int from = 0; from < into.limit(); from += BlockFooter.CHUNK, number++) {
      int count = Math.min(BlockFooter.CHUNK, into.limit() - from);
      if (table[number] != BlockFooter.crcOf(into.slice(from, count))) {
        throw new DamagedBlock("it does not match its checksum at " + (start + from));
      }
    }
    into.position(at - start);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // It was open for reading only: nothing is lost.
      BlockStore.LOG.debug("closing a cached block: {}", e.toString());
    } finally {
      closed.run();
    }
  }
}
