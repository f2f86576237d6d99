package io.tarn.meta;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;

/// Builds one page and forgets its iterators. Used once, by one thread.
final class RocksScan {

  /// Deleted rows an iterator may step over before the page is cut short.
  static final int TOMBSTONE_BUDGET = 100_000;

  // Small groups are common, and a few steps are cheaper than a seek. Groups resemble their
  // neighbours, so the steps are fewer after a group that needed a seek all the same.
  private static final int MOST_STEPS = 8;
  private static final byte[] NO_VALUE = {};
  private static final int FIRST_SCRATCH = 1 << 10;

  /// How far a page may go for its rows.
  enum Reach {
    /// Memory only; gives up when a block is not cached.
    CACHED,
    /// The disk too, within the tombstone budget.
    BUDGETED,
    /// Whatever it takes; for a page that found nothing within the budget.
    PATIENT
  }

  private final RocksEngine engine;
  private final Scan scan;
  private final Reach reach;
  private final List<Item> items = new ArrayList<>();
  private byte[] scratch = new byte[FIRST_SCRATCH];
  private byte @Nullable [] group;
  private int examined;
  private int patience = MOST_STEPS;
  private @Nullable MetaKey next;

  private RocksScan(RocksEngine engine, Scan scan, Reach reach) {
    this.engine = engine;
    this.scan = scan;
    this.reach = reach;
  }

  /// The page, or null when `cachedOnly` and something it needs is on disk only.
  static @Nullable Page page(RocksEngine engine, Scan scan, boolean cachedOnly) {
    Page page = new RocksScan(engine, scan, cachedOnly ? Reach.CACHED : Reach.BUDGETED).read();
    if (page == null && !cachedOnly) {
      // Not one row within the budget: a short page would bring the caller back to the same place.
      page = new RocksScan(engine, scan, Reach.PATIENT).read();
    }
    return page;
  }

  private @Nullable Page read() {
    List<RocksEngine.Segment> segments = engine.segments(scan.range());
    if (segments.size() == 1) return read(segments, null);
    Snapshot snapshot = engine.db.getSnapshot();
    try {
      return read(segments, snapshot);
    } finally {
      engine.db.releaseSnapshot(snapshot);
    }
  }

  private @Nullable Page read(List<RocksEngine.Segment> segments, @Nullable Snapshot snapshot) {
    for (RocksEngine.Segment segment : segments) {
      try {
        if (!walk(segment, snapshot)) break;
      } catch (RocksDBException e) {
        if (RocksFailures.code(e) != Status.Code.Incomplete) throw RocksFailures.ofRead(e);
        if (reach == Reach.CACHED || items.isEmpty()) return null;
        next = afterLast();
        break;
      }
    }
    return new Page(items, Optional.ofNullable(next), examined);
  }

  /// False when the page ended inside the segment.
  private boolean walk(RocksEngine.Segment segment, @Nullable Snapshot snapshot)
      throws RocksDBException {
    KeyRange range = segment.range();
    try (Slice end = new Slice(range.toExclusive().bytes());
        ReadOptions how = readOptions(end, snapshot);
        RocksIterator rows = engine.db.newIterator(segment.family(), how)) {
      rows.seek(range.fromInclusive().bytes());
      int steps = 0;
      while (rows.isValid()) {
        byte[] key = rows.key();
        byte[] skipped = group;
        if (skipped != null && startsWith(key, skipped)) {
          examined++;
          if (++steps <= patience) {
            rows.next();
          } else {
            steps = 0;
            patience = Math.max(1, patience / 2);
            byte[] after = KeyBytes.afterPrefix(skipped);
            if (after == null) return true;
            rows.seek(after);
          }
          continue;
        }
        if (steps > 0) {
          patience = Math.min(MOST_STEPS, 2 * patience);
          steps = 0;
        }
        if (items.size() == scan.limit()) {
          next = new MetaKey(key);
          return false;
        }
        add(key, rows);
        rows.next();
      }
      rows.status();
      return true;
    }
  }

  private ReadOptions readOptions(Slice end, @Nullable Snapshot snapshot) {
    ReadOptions how = new ReadOptions().setVerifyChecksums(true).setIterateUpperBound(end);
    if (snapshot != null) how.setSnapshot(snapshot);
    return switch (reach) {
      case CACHED ->
          how.setReadTier(ReadTier.BLOCK_CACHE_TIER).setMaxSkippableInternalKeys(TOMBSTONE_BUDGET);
      case BUDGETED -> how.setMaxSkippableInternalKeys(TOMBSTONE_BUDGET);
      case PATIENT -> how;
    };
  }

  private void add(byte[] key, RocksIterator rows) {
    examined++;
    int at = scan.rollupAt() < 0 ? -1 : KeyBytes.indexOf(key, scan.delimiter(), scan.rollupAt());
    if (at >= 0) {
      group = Arrays.copyOf(key, at + scan.delimiter().length);
      items.add(new Item.Rollup(group));
    } else {
      group = null;
      items.add(new Item.Row(entry(key, rows)));
    }
  }

  private Entry entry(byte[] key, RocksIterator rows) {
    int size = rows.value(scratch);
    if (size > scratch.length) {
      scratch = new byte[Math.max(size, 2 * scratch.length)];
      size = rows.value(scratch);
    }
    MetaKey name = new MetaKey(key);
    if (size < EngineValues.VERSION_BYTES) {
      throw new MetaException.Corrupt("row " + name + " has only " + size + " bytes", null);
    }
    byte[] value =
        scan.values() ? Arrays.copyOfRange(scratch, EngineValues.VERSION_BYTES, size) : NO_VALUE;
    return new Entry(name, value, ByteBuffer.wrap(scratch).getLong());
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// Where to go on after the last item.
  private @Nullable MetaKey afterLast() {
    return switch (items.getLast()) {
      case Item.Row(var entry) -> entry.key().successor();
      case Item.Rollup(var prefix) -> {
        byte[] after = KeyBytes.afterPrefix(prefix);
        yield after == null ? null : new MetaKey(after);
      }
    };
  }
}
