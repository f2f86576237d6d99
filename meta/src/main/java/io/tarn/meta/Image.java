package io.tarn.meta;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/// All rows of a store as of one commit, as one object. Never changed once it was made.
///
/// - `generation`: how many images there were, with this one
/// - `sequence`: of the last batch in it
/// - `commits`: what made it and the last ones before it, the newest first: so whoever does not
///   know whether theirs happened finds it here, though others came after it
record Image(long generation, long sequence, List<UUID> commits, SortedRows rows) {
  /// What a row takes beside its key and its value.
  static final int ROW = 14;

  private static final byte[] MAGIC = "TARNIMG1".getBytes(StandardCharsets.US_ASCII);
  private static final int COMMITS = 64;

  Image {
    commits = List.copyOf(commits);
  }

  /// The first.
  static Image empty(UUID commit) {
    return new Image(1, 0, List.of(commit), new SortedRows(ROW));
  }

  Image next(UUID commit, long sequence, SortedRows rows) {
    List<UUID> all = new ArrayList<>();
    all.add(commit);
    all.addAll(commits.subList(0, Math.min(commits.size(), COMMITS - 1)));
    return new Image(generation + 1, sequence, all, rows);
  }

  /// Whether a commit that made, or was to make, the image of that generation happened.
  enum Outcome {
    HAPPENED,
    DID_NOT,
    /// Not yet: the image that was to be replaced is still there.
    OPEN,
    /// Too many came after it.
    UNKNOWN
  }

  Outcome outcome(long asGeneration, UUID commit) {
    long back = generation - asGeneration;
    if (back < 0) return Outcome.OPEN;
    if (back >= commits.size()) return Outcome.UNKNOWN;
    return commits.get((int) back).equals(commit) ? Outcome.HAPPENED : Outcome.DID_NOT;
  }

  byte[] toBytes() {
    var bytes = new ByteArrayOutputStream((int) Math.min(rows.bytes() + 2048, 1 << 28));
    try (var out = new DataOutputStream(bytes)) {
      out.write(MAGIC);
      out.writeLong(generation);
      out.writeLong(sequence);
      out.writeByte(commits.size());
      for (UUID commit : commits) {
        out.writeLong(commit.getMostSignificantBits());
        out.writeLong(commit.getLeastSignificantBits());
      }
      out.writeInt(rows.count());
      for (Entry row : rows.all()) {
        out.writeShort(row.key().bytes().length);
        out.write(row.key().bytes());
        out.writeLong(row.version());
        out.writeInt(row.value().length);
        out.write(row.value());
      }
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  private static int checksum(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /// Fails with [MetaException.Corrupt] when that is nothing this program wrote.
  static Image ofBytes(byte[] bytes) {
    if (bytes.length < MAGIC.length + Integer.BYTES
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw corrupt("it is none, or of a Tarn that writes it otherwise");
    }
    int end = bytes.length - Integer.BYTES;
    if (checksum(bytes, end) != ByteBuffer.wrap(bytes).getInt(end)) {
      throw corrupt("its checksum does not match");
    }
    try {
      return read(ByteBuffer.wrap(bytes, MAGIC.length, end - MAGIC.length));
    } catch (BufferUnderflowException | IllegalArgumentException | MetaException.LimitExceeded e) {
      throw corrupt("it has no end");
    }
  }

  private static Image read(ByteBuffer in) {
    long generation = in.getLong();
    long sequence = in.getLong();
    int count = in.get();
    List<UUID> commits = new ArrayList<>();
    for (int i = 0; i < count; i++) commits.add(new UUID(in.getLong(), in.getLong()));
    var rows = new SortedRows(ROW);
    int left = in.getInt();
    for (int i = 0; i < left; i++) {
      MetaKey key = new MetaKey(bytes(in, in.getShort() & 0xFFFF));
      long version = in.getLong();
      rows.put(new Entry(key, bytes(in, in.getInt()), version));
    }
    if (in.hasRemaining() || commits.isEmpty()) throw corrupt("it has more than it says");
    return new Image(generation, sequence, commits, rows);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) throw new BufferUnderflowException();
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static MetaException corrupt(String why) {
    return new MetaException.Corrupt(
        "the object of the metadata is not as Tarn wrote it: %s; put an earlier one in its place"
            .formatted(why),
        null);
  }
}
