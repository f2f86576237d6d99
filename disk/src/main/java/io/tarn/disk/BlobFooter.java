package io.tarn.disk;

import io.tarn.store.BlobId;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The end of a blob file. The bytes of the blob come first, unchanged, so that a range of the blob
/// is the same range of the file and can be sent from the page cache. Behind them:
///
/// - table: one CRC32C (4 bytes, big-endian) per chunk of 128 KiB; the last chunk may be short
/// - trailer: magic `TARNBLB1`, blob id (26, ASCII), length (8), chunk size (4), and the CRC32C (4)
///   of table and trailer
///
/// A chunk's CRC covers the blob's id, the chunk's number and its bytes: a block that strayed in
/// from another place, or a file under another's name, does not pass. CRC32C as in RFC 3720 §12.1.
final class BlobFooter {
  static final int CHUNK = 128 * 1024;
  private static final byte[] MAGIC = "TARNBLB1".getBytes(StandardCharsets.US_ASCII);
  static final int TRAILER = 8 + 26 + 8 + 4 + 4;

  /// Read at once from the end of a file: the whole footer of a blob of up to 126 MiB.
  private static final int TAIL = 4096;

  private final byte[] idBytes;
  private final long length;
  private final int[] table;

  private BlobFooter(byte[] idBytes, long length, int[] table) {
    this.idBytes = idBytes;
    this.length = length;
    this.table = table;
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

  /// Reads and checks the footer of an open file. Fails with [Corrupt] if it is not that of `id`.
  static BlobFooter read(ReadableFile file, BlobId id) throws IOException {
    long size = file.size();
    int tail = (int) Math.min(size, TAIL);
    ByteBuffer end = readFully(file, size - tail, tail);
    if (tail < TRAILER) throw damaged(id, "it is too short for a footer");
    ByteBuffer trailer = end.slice(tail - TRAILER, TRAILER);
    byte[] magic = new byte[8];
    byte[] idBytes = new byte[26];
    trailer.get(magic).get(idBytes);
    long length = trailer.getLong();
    int chunk = trailer.getInt();
    int crc = trailer.getInt();
    if (!Arrays.equals(magic, MAGIC)) throw damaged(id, "its last bytes are not a footer");
    if (!id.text().equals(new String(idBytes, StandardCharsets.US_ASCII)))
      throw damaged(id, "the file holds another blob");
    if (chunk != CHUNK
        || length < 0
        || length > size
        || length + 4L * chunksOf(length) + TRAILER != size)
      throw damaged(id, "its length is not what it was");
    int chunks = chunksOf(length);
    int footer = 4 * chunks + TRAILER;
    ByteBuffer table =
        footer <= tail ? end.slice(tail - footer, 4 * chunks) : readFully(file, length, 4 * chunks);
    var check = new CRC32C();
    check.update(table.duplicate());
    check.update(trailer.slice(0, TRAILER - 4));
    if ((int) check.getValue() != crc) throw damaged(id, "its footer does not match its checksum");
    int[] crcs = new int[chunks];
    table.asIntBuffer().get(crcs);
    return new BlobFooter(idBytes, length, crcs);
  }

  private static ByteBuffer readFully(ReadableFile file, long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && at >= 0) {
      int read = file.read(buffer, at + buffer.position());
      if (read < 0) break;
    }
    if (buffer.hasRemaining())
      throw new Corrupt("a blob file of %d bytes".formatted(file.size()), null);
    return buffer.flip();
  }

  private static Corrupt damaged(BlobId id, String how) {
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

    ByteBuffer finish() {
      if (room < CHUNK) endChunk();
      ByteBuffer footer = ByteBuffer.allocate(4 * chunks + TRAILER);
      for (int i = 0; i < chunks; i++) footer.putInt(table[i]);
      footer.put(MAGIC).put(idBytes).putLong(length).putInt(CHUNK);
      var crc = new CRC32C();
      crc.update(footer.array(), 0, footer.position());
      return footer.putInt((int) crc.getValue()).flip();
    }
  }
}
