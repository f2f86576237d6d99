package io.tarn.catalog;

import io.tarn.meta.Batch;
import io.tarn.meta.ChangeListener;
import io.tarn.meta.Changes;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.Page;
import io.tarn.meta.RowCache;
import io.tarn.meta.Scan;
import io.tarn.meta.Subscription;
import io.tarn.meta.Tokens;
import io.tarn.store.StoreFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// The rows of the catalog in the metadata store: blocking, with failures in the words of the
/// waist. Whatever remembers rows forgets them with every change, made here or heard of.
final class CatalogStore implements AutoCloseable {
  /// How often a change is tried anew when somebody else changed the same rows.
  private static final int ATTEMPTS = 10;

  private final MetaStore store;
  private final Tokens tokens;
  private final List<RowCache<?, ?>> caches = new CopyOnWriteArrayList<>();
  private final Subscription subscription;

  CatalogStore(MetaStore store, Tokens tokens) {
    this.store = store;
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
    return await(() -> store.get(key));
  }

  /// Up to `limit` rows whose keys start with `prefix`, after `after` when that is not empty.
  List<Entry> list(String prefix, String after, int limit) {
    KeyRange range = KeyRange.ofPrefix(MetaKey.of(prefix));
    if (!after.isEmpty()) range = range.from(MetaKey.of(prefix + after).successor());
    var rows = new ArrayList<Entry>();
    Optional<Scan> next = Optional.of(Scan.of(range, limit));
    while (next.isPresent() && rows.size() < limit) {
      Scan scan = next.get();
      Page page = await(() -> store.scan(scan));
      for (Item item : page.items()) {
        if (item instanceof Item.Row(var entry) && rows.size() < limit) rows.add(entry);
      }
      next = page.next().map(scan::from);
    }
    return rows;
  }

  /// Whether the batch was applied; not when a guard failed.
  boolean commit(List<Guard> guards, List<Op> ops) {
    try {
      return await(() -> store.commit(Batch.of(tokens.next(), guards, ops)))
          instanceof CommitResult.Committed;
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

  private static <T> T await(Supplier<CompletionStage<T>> work) {
    try {
      return MetaStore.await(work.get());
    } catch (MetaException e) {
      throw switch (e) {
        case MetaException.Unavailable _ -> new StoreFailure.Unavailable(message(e), e);
        case MetaException.Overloaded _ -> new StoreFailure.Overloaded(message(e));
        case MetaException.Full _ -> new StoreFailure.OutOfSpace(message(e), e);
        case MetaException.Indeterminate unknown ->
            new StoreFailure.Indeterminate(message(e), e, unknown.full());
        case MetaException.Corrupt _ -> new StoreFailure.Corrupt(message(e), e);
        case MetaException.LimitExceeded _ ->
            new StoreFailure.Invalid(StoreFailure.Reason.ARGUMENT, message(e));
      };
    }
  }

  private static String message(MetaException e) {
    return "catalog: " + e.getMessage();
  }

  /// Ends the subscription; the store is its owner's to close.
  @Override
  public void close() {
    subscription.close();
  }
}
