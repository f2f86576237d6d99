package io.tarn.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tarn.store.OpenObject;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The blocks that are being fetched: at most one fetch for each.
final class Fills {
  private static final int MOST_CONDEMNED = 10_000;
  private static final Duration CONDEMNED = Duration.ofMinutes(10); // longer than a reader takes

  private final BlockStore store;
  private final CacheMetrics metrics;
  private final PinnedPrefixes pins;
  private final Map<BlockId, Filling> claimed = new ConcurrentHashMap<>();
  private final SecondAttempts second = new SecondAttempts();
  private final AtomicLong condemnations = new AtomicLong();
  private final Cache<Identity, Long> condemned =
      Caffeine.newBuilder().maximumSize(MOST_CONDEMNED).expireAfterWrite(CONDEMNED).build();

  Fills(BlockStore store, CacheMetrics metrics, PinnedPrefixes pins) {
    this.store = store;
    this.metrics = metrics;
    this.pins = pins;
  }

  BlockStore store() {
    return store;
  }

  CacheMetrics metrics() {
    return metrics;
  }

  Blocks blocks() {
    return store.blocks();
  }

  /// In blocks; one at least, so that the next is on its way while this one is read.
  int window() {
    return (int) Math.max(1, store.settings().readAhead().bytes() / blocks().size());
  }

  Duration patience() {
    return store.settings().patience();
  }

  /// All of an object passed, and does not match the origin's checksum: its blocks go, and those
  /// who are reading it must not come to an end.
  StoreFailure condemn(PinnedObject object) {
    condemned.put(object.identity(), condemnations.incrementAndGet());
    store.forget(object.identity());
    return corrupt(object);
  }

  private static StoreFailure corrupt(PinnedObject object) {
    return new StoreFailure.OriginFailed(
        object.origin(), "sent %s, and not as its checksum has it".formatted(object.key()));
  }

  /// A fill is over: of what did not match its checksum a moment ago, and was not found to match
  /// since, nothing is kept.
  void over(PinnedObject object) {
    if (condemned.getIfPresent(object.identity()) != null) store.forget(object.identity());
  }

  /// All of it passed, and matches.
  void acquit(Identity identity) {
    condemned.invalidate(identity);
  }

  /// For [#requireSound].
  long condemnations() {
    return condemnations.get();
  }

  /// Fails when the object was condemned after the first `since` condemnations: a reader from
  /// before may have some of what was wrong.
  void requireSound(PinnedObject object, long since) {
    Long number = condemned.getIfPresent(object.identity());
    if (number != null && number > since) throw corrupt(object);
  }

  /// Whether a fetch that failed is made once more.
  boolean mayTryAgain() {
    return second.spend();
  }

  /// Whether nothing is being fetched.
  boolean isIdle() {
    return claimed.isEmpty();
  }

  @Nullable Filling find(BlockId id) {
    return claimed.get(id);
  }

  /// False when another has it, or it is there. That is looked at after it was claimed: a fill
  /// first puts a block there and then gives up its claim.
  boolean claim(Filling filling) {
    if (claimed.putIfAbsent(filling.id(), filling) != null) return false;
    if (!store.has(filling.id())) return true;
    unclaim(filling);
    return false;
  }

  void unclaim(Filling filling) {
    claimed.remove(filling.id(), filling);
  }

  PinnedPrefixes pins() {
    return pins;
  }

  boolean keep(StagedBlock staged, Filling filling, PinnedObject object) {
    boolean pin = pins.covers(object.bucket().id(), object.key());
    if (!store.commit(staged, filling.id(), object.identity().label(), pin)) return false;
    Block block = store.peek(filling.id());
    if (block != null && block.cameBack) metrics.of(object.bucket()).cameBack(filling.length());
    return true;
  }

  /// Begins to fetch what is missing from block `first` on, up to the first that is not, or `last`.
  /// Null when the first is not missing any more. The caller is its reader, and leaves it.
  ///
  /// - `opened`: an answer of the origin that has these blocks; closed in any case
  @Nullable Filling start(PinnedObject object, int first, int last, @Nullable OpenObject opened) {
    var fill = new Fill(this, object, first, gapEnd(object.identity(), first, last), opened);
    Filling filling = fill.begin();
    if (filling == null) {
      if (opened != null) opened.close();
      return null;
    }
    second.earn();
    Thread.ofVirtual().name("cache-fill").start(fill);
    return filling;
  }

  /// Fetches what is missing of these blocks, from the first that is, for whoever may come.
  void ahead(PinnedObject object, int first, int last) {
    Filling filling = start(object, first, last, null);
    if (filling != null) filling.fill().reach(last);
  }

  private int gapEnd(Identity identity, int first, int last) {
    int end = first;
    while (end < last) {
      BlockId next = identity.block(end + 1);
      if (store.has(next) || claimed.containsKey(next)) break;
      end++;
    }
    return end;
  }
}
