package io.tarn.meta;

import io.tarn.testkit.SimulatedDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// The smallest engine that keeps what [GroupWriter] promises, on a simulated disk: rows in memory
/// and a log of groups, each with its length and a checksum. As RocksDB does here, it writes anew
/// what it replays before it serves it: after a failed sync the page cache may show what no sync
/// will ever write.
class SimulatedLog implements GroupWriter {
  private static final String FILE = "log";
  private static final int HEAD = 2 * Integer.BYTES;

  private static final char PUT = 'p';
  private static final char DELETE = 'd';
  private static final char DELETE_RANGE = 'r';

  private final SimulatedDisk disk;
  private final TreeMap<MetaKey, Entry> rows = new TreeMap<>();
  private final Set<Long> tokens = new LinkedHashSet<>();
  private final ByteArrayOutputStream group = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(group);
  private int end;
  private long sequence;

  SimulatedLog(SimulatedDisk disk) {
    this.disk = disk;
  }

  /// To be called once, first.
  void open() throws IOException {
    byte[] bytes = disk.exists(FILE) ? disk.read(FILE) : new byte[0];
    replay(ByteBuffer.wrap(bytes));
    rewrite(Arrays.copyOf(bytes, end));
    disk.truncate(FILE, end);
    disk.sync(FILE);
  }

  void rewrite(byte[] log) throws IOException {
    disk.write(FILE, 0, log);
  }

  private void replay(ByteBuffer log) throws IOException {
    while (log.remaining() >= HEAD) {
      int length = log.getInt();
      int crc = log.getInt();
      if (length <= 0 || length > log.remaining()) return;
      byte[] changes = new byte[length];
      log.get(changes);
      if (crc(changes) != crc) return;
      apply(changes);
      end = log.position();
    }
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /// The batches that are in the log, in order, by their tokens; each must have put a row.
  List<Long> tokens() {
    return List.copyOf(tokens);
  }

  Map<MetaKey, Entry> rows() {
    return Map.copyOf(rows);
  }

  @Override
  public Map<MetaKey, Known> read(Collection<MetaKey> keys) {
    Map<MetaKey, Known> found = new HashMap<>();
    for (MetaKey key : keys) {
      Entry row = rows.get(key);
      found.put(key, row == null ? Known.Nothing.NOTHING : new Known.Row(row));
    }
    return found;
  }

  @Override
  public void put(MetaKey key, byte[] value, long version) {
    note(
        PUT,
        key,
        () -> {
          out.writeLong(version);
          out.writeInt(value.length);
          out.write(value);
        });
  }

  @Override
  public void delete(MetaKey key) {
    note(DELETE, key, () -> {});
  }

  @Override
  public void deleteRange(KeyRange range) {
    note(DELETE_RANGE, range.fromInclusive(), () -> write(range.toExclusive()));
  }

  private interface More {
    void write() throws IOException;
  }

  private void note(char change, MetaKey key, More more) {
    try {
      out.writeChar(change);
      write(key);
      more.write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(MetaKey key) throws IOException {
    out.writeShort(key.bytes().length);
    out.write(key.bytes());
  }

  private static MetaKey key(DataInputStream in) throws IOException {
    return new MetaKey(in.readNBytes(in.readShort()));
  }

  private void apply(byte[] changes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(changes));
    while (in.available() > 0) {
      char change = in.readChar();
      MetaKey key = key(in);
      switch (change) {
        case PUT -> {
          long version = in.readLong();
          rows.put(key, new Entry(key, in.readNBytes(in.readInt()), version));
          tokens.add(version);
        }
        case DELETE -> rows.remove(key);
        case DELETE_RANGE -> rows.subMap(key, key(in)).clear();
        default -> throw new IllegalStateException("a change " + change);
      }
      sequence++;
    }
  }

  @Override
  public long flush(boolean sync) throws WriteFailed {
    byte[] changes = group.toByteArray();
    forget();
    byte[] record =
        ByteBuffer.allocate(HEAD + changes.length)
            .putInt(changes.length)
            .putInt(crc(changes))
            .put(changes)
            .array();
    try {
      disk.write(FILE, end, record);
      if (sync) disk.sync(FILE);
      end += record.length;
      apply(changes);
      return sequence;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static WriteFailed failed(IOException e) {
    String message = String.valueOf(e.getMessage());
    return new WriteFailed(message, message.startsWith("No space"), e);
  }

  @Override
  public void forget() {
    group.reset();
  }

  @Override
  public long sequence() {
    return sequence;
  }

  @Override
  public void sync() throws WriteFailed {
    try {
      disk.sync(FILE);
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
