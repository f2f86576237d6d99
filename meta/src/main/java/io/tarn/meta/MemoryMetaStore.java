package io.tarn.meta;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The contract of [MetaStore] in the fewest lines: a sorted map under one lock. The model the
/// engines are tested against, and a store for tests of the layers above. Keeps nothing.
public final class MemoryMetaStore implements MetaStore {

  private static final byte[] NO_VALUE = {};

  private final TreeMap<MetaKey, Entry> rows = new TreeMap<>();
  private final ChangeFeed feed = new ChangeFeed();
  private final boolean telling;
  private long sequence;
  private boolean closed;

  public MemoryMetaStore() {
    this(true);
  }

  private MemoryMetaStore(boolean telling) {
    this.telling = telling;
  }

  /// A store whose subscribers never hear of anything, as those of one that is cut off.
  public static MemoryMetaStore withoutFeed() {
    return new MemoryMetaStore(false);
  }

  @Override
  public Limits limits() {
    return Limits.USUAL;
  }

  @Override
  public synchronized CompletionStage<Optional<Entry>> get(MetaKey key) {
    return BatchLimits.completed(() -> find(key));
  }

  @Override
  public synchronized CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
    return BatchLimits.completed(() -> keys.stream().map(this::find).toList());
  }

  @Override
  public synchronized CompletionStage<Page> scan(Scan scan) {
    return BatchLimits.completed(() -> page(scan));
  }

  @Override
  public synchronized CompletionStage<CommitResult> commit(Batch batch) {
    return BatchLimits.completed(() -> apply(batch));
  }

  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return feed.subscribe(ranges, listener);
  }

  @Override
  public CompletionStage<List<Damage>> verify() {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public CompletionStage<Long> backup(Path directory) {
    throw new UnsupportedOperationException("there is nothing on disk to copy");
  }

  @Override
  public synchronized Health health() {
    return new Health(Health.Role.SINGLE, !closed, false, 0, sequence, 0, Optional.empty());
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    feed.close(); // not under the lock, which a listener may be waiting for
  }

  private Optional<Entry> find(MetaKey key) {
    checkOpen();
    return Optional.ofNullable(rows.get(key));
  }

  private void checkOpen() {
    if (closed) throw new MetaException.Unavailable("the store is closed", null);
  }

  private CommitResult apply(Batch batch) {
    checkOpen();
    BatchLimits.measure(batch, Limits.USUAL);
    for (int i = 0; i < batch.guards().size(); i++) {
      Guard guard = batch.guards().get(i);
      Entry actual = rows.get(guard.key());
      if (!guard.holds(actual, batch.token())) {
        return new CommitResult.Rejected(i, Optional.ofNullable(actual));
      }
    }
    for (Op op : batch.ops()) {
      switch (op) {
        case Op.Put(var key, var value, var oldTo) -> {
          moveOld(key, oldTo, batch.token());
          rows.put(key, new Entry(key, value, batch.token()));
        }
        case Op.Delete(var key, var oldTo) -> {
          moveOld(key, oldTo, batch.token());
          rows.remove(key);
        }
        case Op.DeleteRange(var range) -> within(range).clear();
      }
    }
    sequence++;
    if (telling) feed.publish(sequence, batch);
    return new CommitResult.Committed(sequence);
  }

  private void moveOld(MetaKey key, @Nullable MetaKey oldTo, long token) {
    Entry old = rows.get(key);
    if (oldTo != null && old != null) rows.put(oldTo, new Entry(oldTo, old.value(), token));
  }

  private NavigableMap<MetaKey, Entry> within(KeyRange range) {
    return rows.subMap(range.fromInclusive(), true, range.toExclusive(), false);
  }

  private Page page(Scan scan) {
    checkOpen();
    List<Item> items = new ArrayList<>();
    byte[] group = null;
    int examined = 0;
    for (Map.Entry<MetaKey, Entry> row : within(scan.range()).entrySet()) {
      MetaKey key = row.getKey();
      if (group != null && key.startsWith(group)) continue;
      if (items.size() == scan.limit()) return new Page(items, Optional.of(key), examined);
      examined++;
      group = groupOf(key.bytes(), scan);
      items.add(
          group != null ? new Item.Rollup(group) : new Item.Row(project(row.getValue(), scan)));
    }
    return new Page(items, Optional.empty(), examined);
  }

  private static Entry project(Entry entry, Scan scan) {
    return scan.values() ? entry : new Entry(entry.key(), NO_VALUE, entry.version());
  }

  /// The roll-up the key falls into, or null when it stands for itself.
  static byte @Nullable [] groupOf(byte[] key, Scan scan) {
    if (scan.rollupAt() < 0) return null;
    int at = KeyBytes.indexOf(key, scan.delimiter(), scan.rollupAt());
    return at < 0 ? null : java.util.Arrays.copyOf(key, at + scan.delimiter().length);
  }
}
