package io.tarn.meta;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Checks how a write-ahead log or a MANIFEST of RocksDB is framed, before RocksDB reads it.
///
/// RocksDB's own reader looks at two fields before it checks the checksum over them. A type that
/// only recycled logs have is taken for the remains of an older log: the rest of a log is dropped
/// without a word, and of a MANIFEST read for ever. A length that goes past the end is taken for a
/// write that was cut short: the rest of a MANIFEST is dropped, and then the tables that only the
/// rest knew are deleted. One flipped bit makes either.
///
/// So this reader knows only what RocksDB writes for us: records of the types full, first, middle
/// and last, each with the right checksum, none across the end of a block. The end may be a record
/// cut short, or zeros: that is what a crash leaves of a write nobody was told of. It is no such
/// record if its checksum holds once one bit of its length is turned back. More than one bit of the
/// length of the last records being wrong is not told from a crash.
///
/// Format (RocksDB wiki, "Write Ahead Log File Format"; little endian): blocks of 32 KiB; in them
/// records of masked CRC-32C over type and payload (4), length of the payload (2), type (1),
/// payload; where less than a header is left of a block, nothing that counts.
final class LogFile {

  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;

  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  private final byte[] block = new byte[BLOCK_BYTES];
  private final ByteBuffer fields = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();
  private int size;
  private boolean begun;
  private boolean ended;

  private LogFile() {}

  /// What is wrong with the file and where, or nothing. The file may grow meanwhile.
  static Optional<String> damage(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.ofNullable(new LogFile().damage(in));
    }
  }

  private @Nullable String damage(InputStream in) throws IOException {
    long start = 0;
    do {
      size = in.readNBytes(block, 0, BLOCK_BYTES);
      int at = 0;
      while (size - at >= HEADER_BYTES && !ended) {
        String problem = problem(at);
        if (problem != null) return problem + " at offset " + (start + at);
        at += HEADER_BYTES + length(at);
      }
      if (ended && !isZero(Math.min(at, size))) {
        return "something after the end in the block at offset " + start;
      }
      start += size;
    } while (size == BLOCK_BYTES);
    return null;
  }

  private int length(int at) {
    return fields.getShort(at + LENGTH_AT) & 0xffff;
  }

  /// Why no record could have been written at this place, or null. May find that it is the end.
  private @Nullable String problem(int at) {
    int type = block[at + TYPE_AT];
    int length = length(at);
    int room = size - at - HEADER_BYTES;
    if (type == 0 && length == 0 && fields.getInt(at) == 0) {
      ended = true;
      return null;
    }
    if (type < FULL || type > LAST) {
      return "a record of the type %d, which is never written".formatted(type & 0xff);
    }
    if (length > BLOCK_BYTES - at - HEADER_BYTES) return "a record longer than its block";
    if (length > room) {
      ended = true;
      return isWholeButForItsLength(at, room) ? "a damaged length" : null;
    }
    if (!checksumHolds(at, length)) return "a checksum that does not match";
    if (begun != (type == MIDDLE || type == LAST)) return "a piece of a record in the wrong place";
    begun = type == FIRST || type == MIDDLE;
    return null;
  }

  private boolean isWholeButForItsLength(int at, int room) {
    int length = length(at);
    for (int bit = 1; bit < 1 << Short.SIZE; bit <<= 1) {
      int other = length ^ bit;
      if (other <= room && checksumHolds(at, other)) return true;
    }
    return false;
  }

  private boolean checksumHolds(int at, int length) {
    crc.reset();
    crc.update(block, at + TYPE_AT, 1 + length);
    return fields.getInt(at) == MaskedCrc.of(crc);
  }

  private boolean isZero(int from) {
    for (int i = from; i < size; i++) {
      if (block[i] != 0) return false;
    }
    return true;
  }
}
