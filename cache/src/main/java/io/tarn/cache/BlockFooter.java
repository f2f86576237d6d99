package io.tarn.cache;

import io.tarn.io.CheckBuffers;
import io.tarn.io.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The end of the file of a block. The bytes of the block come first. Behind them:
///
/// - table: one CRC32C (4 bytes, big-endian) per chunk of 32 KiB; the last chunk may be short
/// - label: what the block is of ([Identity#label])
/// - trailer: magic `TARNCBK1`, the block's id (20), its length (4), the length of the label (4),
///   and the CRC32C (4) of table, label and trailer
///
/// The chunks are small for a cache's sake: what is being fetched is given to readers chunk by
/// chunk, and the first byte waits for the first of them.
record BlockFooter(int[] table) {
  static final int CHUNK = 32 << 10;
  private static final byte[] MAGIC = "TARNCBK1".getBytes(StandardCharsets.US_ASCII);
  private static final int TRAILER = MAGIC.length + 8 + 8 + 4 + 4 + 4 + 4;

  static int chunks(int length) {
    return (length + CHUNK - 1) / CHUNK;
  }

  /// How long the file of a block is.
  static int fileBytes(int length, int labelBytes) {
    return length + 4 * chunks(length) + labelBytes + TRAILER;
  }

  /// What comes behind the bytes of a block.
  static ByteBuffer encode(BlockId id, int length, int[] table, byte[] label) {
    ByteBuffer footer = ByteBuffer.allocate(fileBytes(length, label.length) - length);
    for (int i = 0; i < chunks(length); i++) footer.putInt(table[i]);
    footer.put(label).put(MAGIC).putLong(id.high()).putLong(id.low()).putInt(id.number());
    footer.putInt(length).putInt(label.length);
    footer.putInt(crcOf(footer.duplicate().flip()));
    return footer.flip();
  }

  /// Reads what [#encode] made; anything else, also what is of another block, is a [DamagedBlock].
  static BlockFooter read(ReadableFile file, Block block) throws IOException {
    int[] table = new int[chunks(block.length())];
    checked(file, block).asIntBuffer().get(table);
    return new BlockFooter(table);
  }

  /// What the block says that it is of; fails as [#read] does.
  static byte[] label(ReadableFile file, Block block) throws IOException {
    int before = 4 * chunks(block.length());
    ByteBuffer footer = checked(file, block);
    byte[] label = new byte[footer.limit() - TRAILER - before];
    footer.get(before, label);
    return label;
  }

  private static ByteBuffer checked(ReadableFile file, Block block) throws IOException {
    BlockId id = block.id();
    ByteBuffer footer = ByteBuffer.allocate(block.fileBytes() - block.length());
    readFully(file, footer, block.length());
    int end = footer.limit() - 4;
    ByteBuffer trailer = footer.slice(end + 4 - TRAILER, TRAILER);
    byte[] magic = new byte[MAGIC.length];
    trailer.get(magic);
    boolean same =
        Arrays.equals(magic, MAGIC)
            && trailer.getLong() == id.high()
            && trailer.getLong() == id.low()
            && trailer.getInt() == id.number()
            && trailer.getInt() == block.length()
            && trailer.getInt() == footer.limit() - TRAILER - 4 * chunks(block.length());
    if (!same || footer.getInt(end) != crcOf(footer.slice(0, end))) {
      throw new DamagedBlock("its footer is not what was written");
    }
    return footer;
  }

  /// In a buffer of [CheckBuffers], which the caller gives back.
  static ByteBuffer readFully(ReadableFile file, long from, int count) throws IOException {
    ByteBuffer some = CheckBuffers.take();
    boolean whole = false;
    try {
      readFully(file, some.clear().limit(count), from);
      whole = true;
      return some;
    } finally {
      if (!whole) CheckBuffers.give(some);
    }
  }

  static void readFully(FileChannel file, ByteBuffer into, long at) throws IOException {
    readFully(file::read, into, at);
  }

  static void readFully(ReadableFile file, ByteBuffer into, long at) throws IOException {
    readFully(file::read, into, at);
  }

  /// Reads some bytes of a file, of whatever kind.
  private interface Reading {
    int read(ByteBuffer into, long at) throws IOException;
  }

  private static void readFully(Reading file, ByteBuffer into, long at) throws IOException {
    int start = into.position();
    while (into.hasRemaining()) {
      if (file.read(into, at + into.position() - start) < 0) {
        throw new DamagedBlock("it is too short");
      }
    }
    into.position(start);
  }

  static int crcOf(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /// A block that is not what was written.
  static final class DamagedBlock extends IOException {
    private static final long serialVersionUID = 1;

    DamagedBlock(String message) {
      super(message);
    }
  }
}
