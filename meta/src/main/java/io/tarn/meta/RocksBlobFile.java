package io.tarn.meta;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/// Checks a blob file of RocksDB, whose own check of a database leaves the values in blob files
/// out.
///
/// Format (RocksDB `db/blob/blob_log_format.h`, little endian): a header of 30 bytes (magic,
/// version, column family, flags, compression, expiration); records of key length (8), value length
/// (8), expiration (8), masked CRC-32C of those 24 bytes (4), masked CRC-32C of key and value (4),
/// key, value; a footer of 32 bytes (magic, record count (8), expiration (16), masked CRC-32C (4)).
final class RocksBlobFile {

  private static final int MAGIC = 0x00248f37;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 30;
  private static final int RECORD_BYTES = 32;
  private static final int FOOTER_BYTES = 32;
  private static final int CHUNK = 256 << 10;

  private final DataInputStream in;
  private final byte[] chunk = new byte[CHUNK];
  private final byte[] head = new byte[RECORD_BYTES];
  private final ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();
  private long left;

  private RocksBlobFile(DataInputStream in, long size) {
    this.in = in;
    this.left = size;
  }

  /// Reads the whole file, or stops early when cancelled. Fails with a message that says where the
  /// first damage is.
  static void verify(Path file, BooleanSupplier cancelled) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), CHUNK))) {
      new RocksBlobFile(in, Files.size(file)).verify(Files.size(file), cancelled);
    } catch (EOFException e) {
      throw new IOException("the file is too short", e);
    }
  }

  private void verify(long size, BooleanSupplier cancelled) throws IOException {
    read(HEADER_BYTES);
    if (fields.getInt(0) != MAGIC || fields.getInt(4) != VERSION) {
      throw new IOException("bad header");
    }
    long records = 0;
    while (left > FOOTER_BYTES && !cancelled.getAsBoolean()) {
      record(size - left);
      records++;
    }
    if (left > FOOTER_BYTES) return;
    read(FOOTER_BYTES);
    if (fields.getInt(0) != MAGIC || fields.getInt(28) != checksum(head, 28)) {
      throw new IOException("bad footer");
    }
    if (fields.getLong(4) != records) {
      throw new IOException(records + " records where the footer says " + fields.getLong(4));
    }
  }

  private void record(long at) throws IOException {
    read(RECORD_BYTES);
    if (fields.getInt(24) != checksum(head, 24)) {
      throw new IOException("record header checksum mismatch at offset " + at);
    }
    int expected = fields.getInt(28);
    long body = fields.getLong(0) + fields.getLong(8);
    crc.reset();
    while (body > 0) {
      int some = (int) Math.min(body, CHUNK);
      in.readFully(chunk, 0, some);
      crc.update(chunk, 0, some);
      body -= some;
      left -= some;
    }
    if (expected != MaskedCrc.of(crc)) {
      throw new IOException("value checksum mismatch at offset " + at);
    }
  }

  private void read(int count) throws IOException {
    in.readFully(head, 0, count);
    left -= count;
  }

  private int checksum(byte[] bytes, int length) {
    crc.reset();
    crc.update(bytes, 0, length);
    return MaskedCrc.of(crc);
  }
}
