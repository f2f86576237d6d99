package io.tarn.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A block that is being written, by one thread, and can be read by others as far as it came. It is
/// nobody's yet: what it is of need only be known when it is committed.
final class StagedBlock {
  private final CacheDirectory directory;
  private final long serial;
  private final long room;
  private final FileChannel file;
  private final int[] table;
  private final int most;
  private final CRC32C crc = new CRC32C();
  private int written;
  private volatile int checked;
  private Path path;

  private StagedBlock(CacheDirectory directory, long serial, long room, int most)
      throws IOException {
    this.directory = directory;
    this.serial = serial;
    this.room = room;
    this.most = most;
    this.path = directory.filling(serial);
    this.table = new int[BlockFooter.chunks(most)];
    this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /// - `room`: what was reserved for it
  /// - `most`: how many bytes it may come to
  static StagedBlock open(CacheDirectory directory, long serial, long room, int most)
      throws IOException {
    return new StagedBlock(directory, serial, room, most);
  }

  CacheDirectory directory() {
    return directory;
  }

  long serial() {
    return serial;
  }

  long room() {
    return room;
  }

  /// How many bytes it may still take.
  int left() {
    return most - written;
  }

  int written() {
    return written;
  }

  /// Takes what remains in the buffer.
  void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int left = BlockFooter.CHUNK - written % BlockFooter.CHUNK;
      int count = Math.min(left, bytes.remaining());
      ByteBuffer piece = bytes.slice(bytes.position(), count);
      crc.update(piece.duplicate());
      while (piece.hasRemaining()) file.write(piece);
      bytes.position(bytes.position() + count);
      written += count;
      if (count == left) endChunk();
    }
  }

  private void endChunk() {
    table[(written - 1) / BlockFooter.CHUNK] = (int) crc.getValue();
    crc.reset();
    checked = written;
  }

  /// No more bytes come.
  void end() {
    if (checked < written) endChunk();
  }

  /// How many bytes can be read: whole chunks, and all of it at the end.
  int checked() {
    return checked;
  }

  /// Opens it for a reader, who closes it. Bytes behind [#checked] are not to be read.
  synchronized BlockFile reader(int length) throws IOException {
    return BlockFile.underway(path, length, table);
  }

  /// Makes it the block `id`, with its name. After a failure it is to be discarded.
  synchronized Block commit(BlockId id, byte[] label) throws IOException {
    ByteBuffer footer = BlockFooter.encode(id, written, table, label);
    var block = new Block(id, written, written + footer.remaining(), serial, directory);
    while (footer.hasRemaining()) file.write(footer);
    file.close();
    directory.commit(block);
    path = directory.file(serial);
    return block;
  }

  /// Gives it up. Readers go on with what they opened.
  synchronized void discard() throws IOException {
    file.close();
    Files.deleteIfExists(path);
  }
}
