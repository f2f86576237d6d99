package io.tarn.meta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A small file that remembers the sequence of the last synced commit.
///
/// The log alone cannot tell a commit that was never finished from one that was acknowledged and
/// damaged later, when it is the last. The watermark can: it is written after each sync and not
/// synced itself, so that what is on the disk may be older than the truth but never ahead of it. A
/// log that ends below the watermark has lost acknowledged commits.
///
/// Its presence also says that the store was created, so that a missing database is never taken for
/// a new one. Format: magic (8 bytes), sequence (8), CRC-32C of both (4), big endian.
final class Watermark implements AutoCloseable {

  private static final long MAGIC = 0x7461726e_77617465L; // "tarnwate"
  private static final int SIZE = 20;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);

  private Watermark(FileChannel channel) {
    this.channel = channel;
  }

  /// The sequence in the file, 0 when the file is damaged (it only adds a check) or -1 when
  /// missing.
  static long read(Path file) throws IOException {
    if (!Files.exists(file)) return -1;
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != SIZE) return 0;
    ByteBuffer content = ByteBuffer.wrap(bytes);
    boolean sound =
        content.getLong(0) == MAGIC && content.getInt(16) == checksum(content.slice(0, 16));
    return sound ? content.getLong(8) : 0;
  }

  static Watermark open(Path file) throws IOException {
    return new Watermark(
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /// One writer at a time.
  void advance(long sequence) throws IOException {
    buffer.clear().putLong(MAGIC).putLong(sequence);
    buffer.putInt(checksum(buffer.slice(0, 16))).flip();
    channel.write(buffer, 0);
  }

  /// Makes the file itself durable; for creation and the end.
  void sync() throws IOException {
    channel.force(true);
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
