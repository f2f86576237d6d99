package io.tarn.meta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All rows of a store in memory, in order, and what a batch does to them: the rules of [MetaStore]
/// in the fewest lines. Knows how large they are. Not thread-safe.
final class SortedRows {
  private static final byte[] NO_VALUE = {};

  private final NavigableMap<MetaKey, Entry> rows;
  private final int overhead;
  private long bytes;

  /// `overhead` is what a row takes beside its key and its value.
  SortedRows(int overhead) {
    this(Collections.emptySortedMap(), overhead, 0);
  }

  private SortedRows(SortedMap<MetaKey, Entry> rows, int overhead, long bytes) {
    this.rows = new TreeMap<>(rows);
    this.overhead = overhead;
    this.bytes = bytes;
  }

  SortedRows copy() {
    return new SortedRows(rows, overhead, bytes);
  }

  /// What all of them take.
  long bytes() {
    return bytes;
  }

  int count() {
    return rows.size();
  }

  Collection<Entry> all() {
    return rows.values();
  }

  @Nullable Entry find(MetaKey key) {
    return rows.get(key);
  }

  /// The guard that does not hold; null when all of them do.
  CommitResult.@Nullable Rejected refusal(Batch batch) {
    for (int i = 0; i < batch.guards().size(); i++) {
      Guard guard = batch.guards().get(i);
      Entry actual = rows.get(guard.key());
      if (!guard.holds(actual, batch.token())) {
        return new CommitResult.Rejected(i, Optional.ofNullable(actual));
      }
    }
    return null;
  }

  /// By how much a batch makes them larger at most; below zero when it makes them smaller.
  long growth(Batch batch) {
    long growth = 0;
    Set<MetaKey> written = new HashSet<>();
    for (Op op : batch.ops()) {
      switch (op) {
        case Op.Put(var key, var value, var oldTo) -> {
          growth += overhead + key.bytes().length + value.length + moved(key, oldTo);
          if (written.add(key)) growth -= size(rows.get(key));
        }
        case Op.Delete(var key, var oldTo) -> {
          growth += moved(key, oldTo);
          if (written.add(key)) growth -= size(rows.get(key));
        }
        case Op.DeleteRange _ -> {} // how much goes with it is not counted
      }
    }
    return growth;
  }

  private long moved(MetaKey key, @Nullable MetaKey oldTo) {
    Entry old = oldTo == null ? null : rows.get(key);
    return old == null || oldTo == null
        ? 0
        : overhead + oldTo.bytes().length + (long) old.value().length;
  }

  private long size(@Nullable Entry entry) {
    return entry == null ? 0 : overhead + entry.key().bytes().length + (long) entry.value().length;
  }

  /// Applies the ops, in their order. Whoever calls has asked for [#refusal].
  void apply(Batch batch) {
    for (Op op : batch.ops()) {
      switch (op) {
        case Op.Put(var key, var value, var oldTo) -> {
          moveOld(key, oldTo, batch.token());
          put(new Entry(key, value, batch.token()));
        }
        case Op.Delete(var key, var oldTo) -> {
          moveOld(key, oldTo, batch.token());
          bytes -= size(rows.remove(key));
        }
        case Op.DeleteRange(var range) -> {
          NavigableMap<MetaKey, Entry> gone =
              rows.subMap(range.fromInclusive(), true, range.toExclusive(), false);
          for (Entry entry : gone.values()) bytes -= size(entry);
          gone.clear();
        }
      }
    }
  }

  private void moveOld(MetaKey key, @Nullable MetaKey oldTo, long token) {
    Entry old = rows.get(key);
    if (oldTo != null && old != null) put(new Entry(oldTo, old.value(), token));
  }

  void put(Entry entry) {
    bytes += size(entry) - size(rows.put(entry.key(), entry));
  }

  Page page(Scan scan) {
    List<Item> items = new ArrayList<>();
    int examined = 0;
    KeyRange range = scan.range();
    NavigableMap<MetaKey, Entry> within =
        rows.subMap(range.fromInclusive(), true, range.toExclusive(), false);
    Map.Entry<MetaKey, Entry> row = within.firstEntry();
    while (row != null) {
      MetaKey key = row.getKey();
      if (items.size() == scan.limit()) return new Page(items, Optional.of(key), examined);
      examined++;
      byte[] group = groupOf(key.bytes(), scan);
      if (group == null) {
        items.add(new Item.Row(project(row.getValue(), scan)));
        row = within.higherEntry(key);
      } else {
        items.add(new Item.Rollup(group));
        byte[] behind = KeyBytes.afterPrefix(group);
        row = behind == null ? null : within.ceilingEntry(new MetaKey(behind));
      }
    }
    return new Page(items, Optional.empty(), examined);
  }

  private static Entry project(Entry entry, Scan scan) {
    return scan.values() ? entry : new Entry(entry.key(), NO_VALUE, entry.version());
  }

  /// The roll-up the key falls into, or null when it stands for itself.
  private static byte @Nullable [] groupOf(byte[] key, Scan scan) {
    if (scan.rollupAt() < 0) return null;
    int at = KeyBytes.indexOf(key, scan.delimiter(), scan.rollupAt());
    return at < 0 ? null : Arrays.copyOf(key, at + scan.delimiter().length);
  }
}
