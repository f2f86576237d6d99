package io.tarn.catalog;

import io.tarn.meta.ChangeListener;
import io.tarn.meta.Changes;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.RowCache;
import io.tarn.meta.Scan;
import io.tarn.meta.Subscription;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.StoreFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// The rows of the catalog in the metadata store: blocking, with failures in the words of the
/// waist. Whatever remembers rows forgets them with every change, made here or heard of.
final class CatalogStore implements AutoCloseable {
  /// How often a change is tried anew when somebody else changed the same rows.
  private static final int ATTEMPTS = 10;

  private final BlockingRows rows;
  private final Tokens tokens;
  private final List<RowCache<?, ?>> caches = new CopyOnWriteArrayList<>();
  private final Subscription subscription;

  CatalogStore(MetaStore store, Tokens tokens) {
    this.rows = new BlockingRows(store);
    this.tokens = tokens;
    this.subscription = store.subscribe(ranges(), new Listener());
  }

  private static List<KeyRange> ranges() {
    var ranges = new ArrayList<KeyRange>();
    for (char kind : CatalogKeys.KINDS) ranges.add(KeyRange.ofPrefix(MetaKey.of("" + kind)));
    return ranges;
  }

  private final class Listener implements ChangeListener {
    @Override
    public void committed(Changes changes) {
      forget();
    }

    @Override
    public void missed() {
      forget();
    }
  }

  /// The same, but forgets all with every change of any row of the catalog: what it holds is made
  /// of several.
  <K, V> RowCache<K, V> keep(RowCache<K, V> cache) {
    caches.add(cache);
    return cache;
  }

  private void forget() {
    caches.forEach(RowCache::forgetAll);
  }

  /// Now, by the clock that hands out the tokens of changes; never earlier than before.
  Instant now() {
    return Instant.ofEpochMilli(Tokens.epochMillis(tokens.next()));
  }

  Optional<Entry> get(MetaKey key) {
    return Optional.ofNullable(rows.get(key));
  }

  /// Up to `limit` rows whose keys start with `prefix`, after `after` when that is not empty.
  List<Entry> list(String prefix, String after, int limit) {
    KeyRange range = KeyRange.ofPrefix(MetaKey.of(prefix));
    if (!after.isEmpty()) range = range.from(MetaKey.of(prefix + after).successor());
    var found = new ArrayList<Entry>();
    var cursor = new RowCursor(rows, Scan.of(range, limit));
    while (found.size() < limit && cursor.peek() != null) found.add(cursor.next());
    return found;
  }

  /// Whether the batch was applied; not when a guard failed.
  boolean commit(List<Guard> guards, List<Op> ops) {
    try {
      var plan = new Plan(tokens.next());
      guards.forEach(plan::guard);
      ops.forEach(plan::op);
      return rows.commit(plan) instanceof CommitResult.Committed;
    } finally {
      forget(); // also when nobody knows whether it happened
    }
  }

  /// Repeats an attempt until it answers; an attempt that lost a race answers nothing.
  static <T> T settle(Supplier<Optional<T>> attempt) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<T> answer = attempt.get();
      if (answer.isPresent()) return answer.get();
    }
    throw new StoreFailure.Conflict("somebody else keeps changing the same");
  }

  /// Ends the subscription; the store is its owner's to close.
  @Override
  public void close() {
    subscription.close();
  }
}
