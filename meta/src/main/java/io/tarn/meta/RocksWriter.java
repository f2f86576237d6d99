package io.tarn.meta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The committer's side of the engine: one write batch that is filled and written again and again.
final class RocksWriter implements GroupWriter, AutoCloseable {

  /// Holds the largest row there is by default: an object of 64 KiB beside its version.
  private static final int FIRST_BUFFER = 128 << 10;

  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long STALL_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final RocksEngine engine;
  private final ReadPool pool;
  private final Watermark watermark;
  private final DiskRoom room;
  private final WriteBatch batch = new WriteBatch();
  private final WriteOptions synced = new WriteOptions().setSync(true).setNoSlowdown(true);
  private final WriteOptions relaxed = new WriteOptions().setSync(false).setNoSlowdown(true);
  private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(MetaKey.MAX_LENGTH);
  private ByteBuffer valueBuffer = ByteBuffer.allocateDirect(FIRST_BUFFER);

  RocksWriter(RocksEngine engine, ReadPool pool, Watermark watermark, DiskRoom room) {
    this.room = room;
    this.engine = engine;
    this.pool = pool;
    this.watermark = watermark;
  }

  @Override
  public Map<MetaKey, Known> read(Collection<MetaKey> keys) {
    Map<MetaKey, Known> rows = HashMap.newHashMap(keys.size());
    List<MetaKey> cold = new ArrayList<>();
    for (MetaKey key : keys) {
      Known known = readOne(key, true);
      if (known == null) {
        cold.add(key);
      } else {
        rows.put(key, known);
      }
    }
    readCold(cold, rows);
    return rows;
  }

  /// Together, so that a group of overwrites of cold rows waits for the disk once, not once per
  /// row.
  private void readCold(List<MetaKey> cold, Map<MetaKey, Known> rows) {
    if (cold.size() == 1) {
      rows.put(cold.getFirst(), readAnywhere(cold.getFirst()));
      return;
    }
    List<CompletableFuture<Known>> reads =
        cold.stream().map(key -> pool.submit(() -> readAnywhere(key))).toList();
    for (int i = 0; i < reads.size(); i++) {
      MetaKey key = cold.get(i);
      rows.put(key, reads.get(i).exceptionally(_ -> readAnywhere(key)).join());
    }
  }

  private Known readAnywhere(MetaKey key) {
    Known known = readOne(key, false);
    if (known == null) throw new IllegalStateException("a read of any tier was left incomplete");
    return known;
  }

  private @Nullable Known readOne(MetaKey key, boolean cachedOnly) {
    try {
      return engine.get(key, cachedOnly);
    } catch (MetaException e) {
      return new Known.Unreadable(e);
    }
  }

  @Override
  public void put(MetaKey key, byte[] value, long version) {
    int size = EngineValues.VERSION_BYTES + value.length;
    if (size > valueBuffer.capacity()) {
      valueBuffer = ByteBuffer.allocateDirect(Math.max(size, 2 * valueBuffer.capacity()));
    }
    keyBuffer.clear().put(key.bytes()).flip();
    valueBuffer.clear().putLong(version).put(value).flip();
    try {
      batch.put(engine.familyOf(key), keyBuffer, valueBuffer);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void delete(MetaKey key) {
    try {
      batch.delete(engine.familyOf(key), key.bytes());
      if (engine.isContents(key)) engine.deletedContent();
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void deleteRange(KeyRange range) {
    try {
      for (RocksEngine.Segment part : engine.segments(range)) {
        batch.deleteRange(
            part.family(),
            part.range().fromInclusive().bytes(),
            part.range().toExclusive().bytes());
      }
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long flush(boolean sync) throws WriteFailed {
    try {
      room.beforeWrite();
      write(sync ? synced : relaxed);
      long sequence = engine.sequence();
      if (sync) watermark.advance(sequence);
      return sequence;
    } catch (RocksDBException e) {
      throw failed(e);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      batch.clear();
    }
  }

  /// While flushes and compactions lag behind, RocksDB would let the write wait, and it must not:
  /// it waits at the head of the queue of writers, and the flush that ends a recovery from a full
  /// disk stands in that queue as well. So a write that would wait is refused, with nothing
  /// written, and comes again.
  private void write(WriteOptions options) throws RocksDBException, WriteFailed {
    long start = System.nanoTime();
    while (true) {
      try {
        engine.db.write(options, batch);
        return;
      } catch (RocksDBException e) {
        if (RocksFailures.code(e) != Status.Code.Incomplete) throw e;
        if (System.nanoTime() - start > STALL_NANOS) {
          throw new WriteFailed("what was written before is not on the disk yet", true, e);
        }
      }
      LockSupport.parkNanos(STALL_POLL_NANOS);
    }
  }

  @Override
  public void forget() {
    batch.clear();
  }

  @Override
  public long sequence() {
    return engine.sequence();
  }

  @Override
  public void sync() throws WriteFailed {
    try {
      long sequence = engine.sequence();
      engine.db.syncWal();
      watermark.advance(sequence);
    } catch (RocksDBException e) {
      throw failed(e);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static WriteFailed failed(RocksDBException e) {
    return new WriteFailed(RocksFailures.text(e), RocksFailures.isFull(e), e);
  }

  private static WriteFailed failed(IOException e) {
    String message = "cannot advance the watermark: " + e.getMessage();
    return new WriteFailed(message, RocksFailures.isFull(e), e);
  }

  @Override
  public void close() {
    batch.close();
    synced.close();
    relaxed.close();
  }
}
