package io.tarn.cache;

import io.tarn.bytes.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A file of the log of queued writes ([WriteLog]). A header (magic `TARNWBL1`, the number of the
/// file, CRC32C) and frames, one behind the other. A frame is what was written and synced at once:
///
/// - head: magic `FRAM`, bytes of its body (4), its number in the log (8), CRC32C of these and of
///   the body (4)
/// - body: records, each with its length (4) and CRC32C (4) before it
///
/// The next frame is written only when the one before is durable. So what a power cut leaves is
/// whole frames, and at most one behind them that is not; a bad frame with a good one somewhere
/// behind it was good once, and is damage.
final class LogSegment {
  static final int HEADER = 20;
  static final int FRAME_HEAD = 20;
  static final int RECORD_HEAD = 8;

  private static final byte[] MAGIC = "TARNWBL1".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME = 0x4652414d;

  private LogSegment() {}

  /// A file of the log that is not what was written.
  static final class DamagedLog extends IOException {
    private static final long serialVersionUID = 1;

    DamagedLog(Path file, long at, String what) {
      super(
          ("the log of queued writes is damaged: %s at byte %d: %s. It has writes that were"
                  + " acknowledged and may be nowhere else. Restore the file, or move its directory"
                  + " aside to start without them")
              .formatted(file, at, what));
    }
  }

  /// A record, and where it begins in its file.
  record Placed(long at, byte[] bytes) {}

  /// The records of a file; `end` is behind the last whole frame, `next` the number of the frame
  /// that comes then.
  record Contents(List<Placed> records, long end, long next) {}

  static String name(long number) {
    return "%016x".formatted(number);
  }

  /// Makes a file without frames, durably.
  static FileChannel create(Path file, long number) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      ByteBuffer header = ByteBuffer.allocate(HEADER).put(MAGIC).putLong(number);
      header.putInt(BlockFooter.crcOf(header.duplicate().flip())).flip();
      write(channel, header, 0);
      channel.force(true);
      DurableFile.sync(parent(file));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) throw new IllegalStateException(file + " is in no directory");
    return parent;
  }

  static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) to += channel.write(bytes, to);
  }

  /// A frame of these records.
  static ByteBuffer frame(long number, List<byte[]> records) {
    int length = 0;
    for (byte[] record : records) length += RECORD_HEAD + record.length;
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD + length);
    frame.putInt(FRAME).putInt(length).putLong(number).putInt(0);
    for (byte[] record : records) {
      frame.putInt(record.length).putInt(BlockFooter.crcOf(ByteBuffer.wrap(record))).put(record);
    }
    frame.flip();
    return frame.putInt(FRAME_HEAD - 4, crc(frame, length));
  }

  private static int crc(ByteBuffer frame, int length) {
    var crc = new java.util.zip.CRC32C();
    crc.update(frame.slice(0, FRAME_HEAD - 4));
    crc.update(frame.slice(FRAME_HEAD, length));
    return (int) crc.getValue();
  }

  /// Reads a file.
  ///
  /// - `first`: number of its first frame; negative for any
  /// - `last`: whether it is the log's last, which may end in a torn frame
  ///
  /// @throws DamagedLog when something is not what was written
  static Contents read(Path file, long number, long first, boolean last) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    if (!hasHeader(all, number)) throw new DamagedLog(file, 0, "its header does not match");
    List<Placed> records = new ArrayList<>();
    int at = HEADER;
    long next = first;
    while (at < all.limit()) {
      int length = frameAt(all, at, next);
      if (length < 0) {
        if (!last) throw new DamagedLog(file, at, "a frame does not match its checksum");
        requireNothingBehind(file, all, at);
        return new Contents(records, at, next);
      }
      next = all.getLong(at + 8) + 1;
      take(file, all, at, length, records);
      at += FRAME_HEAD + length;
    }
    return new Contents(records, at, next);
  }

  /// Whether the header of a file is durable. Nothing is written behind it before; so without, and
  /// with nothing behind it, the file was being made.
  static boolean isBegun(Path file, long number) throws IOException {
    if (Files.size(file) > HEADER) return true;
    return hasHeader(ByteBuffer.wrap(Files.readAllBytes(file)), number);
  }

  private static boolean hasHeader(ByteBuffer all, long number) {
    if (all.limit() < HEADER) return false;
    byte[] magic = new byte[MAGIC.length];
    all.get(0, magic);
    return java.util.Arrays.equals(magic, MAGIC)
        && all.getLong(MAGIC.length) == number
        && all.getInt(HEADER - 4) == BlockFooter.crcOf(all.slice(0, HEADER - 4));
  }

  /// The length of the body of a good frame; else -1.
  private static int frameAt(ByteBuffer all, int at, long expected) {
    if (all.limit() - at < FRAME_HEAD || all.getInt(at) != FRAME) return -1;
    int length = all.getInt(at + 4);
    if (length < 0 || length > all.limit() - at - FRAME_HEAD) return -1;
    if (expected >= 0 && all.getLong(at + 8) != expected) return -1;
    ByteBuffer frame = all.slice(at, FRAME_HEAD + length);
    return frame.getInt(FRAME_HEAD - 4) == crc(frame, length) ? length : -1;
  }

  private static void requireNothingBehind(Path file, ByteBuffer all, int torn) throws IOException {
    for (int at = torn + 1; at <= all.limit() - FRAME_HEAD; at++) {
      if (all.getInt(at) == FRAME && frameAt(all, at, -1) >= 0) {
        throw new DamagedLog(
            file, torn, "a frame does not match its checksum, and one behind does");
      }
    }
  }

  private static void take(Path file, ByteBuffer all, int frame, int length, List<Placed> records)
      throws IOException {
    int end = frame + FRAME_HEAD + length;
    for (int at = frame + FRAME_HEAD; at < end; ) {
      int size = all.getInt(at);
      if (size < 0 || size > end - at - RECORD_HEAD) {
        throw new DamagedLog(file, at, "a record is longer than its frame");
      }
      byte[] bytes = new byte[size];
      all.get(at + RECORD_HEAD, bytes);
      if (all.getInt(at + 4) != BlockFooter.crcOf(ByteBuffer.wrap(bytes))) {
        throw new DamagedLog(file, at, "a record does not match its checksum");
      }
      records.add(new Placed(at, bytes));
      at += RECORD_HEAD + size;
    }
  }

  /// Reads one record anew, checked.
  static byte[] read(Path file, long at, int length) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(RECORD_HEAD + length);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      BlockFooter.readFully(channel, record, at);
    }
    byte[] bytes = new byte[length];
    record.get(RECORD_HEAD, bytes);
    if (record.getInt(0) != length
        || record.getInt(4) != BlockFooter.crcOf(ByteBuffer.wrap(bytes))) {
      throw new DamagedLog(file, at, "a record does not match its checksum");
    }
    return bytes;
  }
}
