package io.tarn.cache;

import io.tarn.cache.Heads.Absent;
import io.tarn.cache.Heads.Entry;
import io.tarn.cache.Heads.Hinted;
import io.tarn.cache.Heads.Known;
import io.tarn.cache.Heads.Name;
import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;

/// What can be looked at and done in a near-cache by who looks after it. Long work goes in steps,
/// each of them bounded; whoever asks for it goes on with the next as long as it likes. Nothing
/// here touches what is the only copy of anything: blocks never are. Thread-safe.
public final class CacheUpkeep {
  private final BlockStore store;
  private final CacheMetrics metrics;
  private final InstantSource clock;
  private final Heads heads;
  private final PinnedPrefixes pins;
  private final Warming warming;
  private final BlockPass pass;

  CacheUpkeep(Fills fills, Heads heads, Warming warming, InstantSource clock) {
    this.store = fills.store();
    this.metrics = fills.metrics();
    this.pins = fills.pins();
    this.heads = heads;
    this.warming = warming;
    this.clock = clock;
    this.pass = new BlockPass(store);
  }

  /// Lets go what is pinned of other buckets than these.
  public static void unpinOthers(BlockStore store, Set<Long> buckets) {
    if (store.usage().pinned() == 0) return;
    store.forEach(
        block -> {
          if (!buckets.contains(block.bucket())) store.unpin(block);
        });
  }

  /// What is cached of a bucket.
  public CacheShare share(Bucket bucket) {
    return store.share(bucket.id());
  }

  /// What was counted of a bucket since the start, and when that was.
  public CacheStats stats(Bucket bucket) {
    return metrics.of(bucket).stats();
  }

  /// When counting began.
  public Instant since() {
    return metrics.since();
  }

  /// Asks nobody.
  public Explanation explain(Bucket bucket, Key key, CachePolicy policy) {
    var name = Name.of(bucket, key);
    Entry entry = heads.find(name, Version.LATEST);
    Instant now = clock.instant();
    Duration age = entry == null ? Duration.ZERO : Duration.between(entry.asked(), now);
    boolean exclusive =
        policy.freshness() == CachePolicy.Freshness.EXCLUSIVE && heads.isSettled(name);
    boolean fresh = entry != null && Lookups.isFresh(entry, policy, exclusive, now);
    var unsaid = new Explanation.Answer(Verdict.UNSAID, !fresh);
    return switch (entry) {
      case null ->
          new Explanation(
              Explanation.Knowledge.NOTHING, null, age, Explanation.Blocks.NONE, unsaid);
      case Hinted _ ->
          new Explanation(
              Explanation.Knowledge.WRITTEN, null, age, Explanation.Blocks.NONE, unsaid);
      case Absent _ ->
          new Explanation(
              Explanation.Knowledge.ABSENCE, null, age, Explanation.Blocks.NONE, unsaid);
      case Known known -> {
        Explanation.Blocks blocks = blocks(known.identity());
        var answer = new Explanation.Answer(verdict(blocks, fresh), !fresh);
        yield new Explanation(Explanation.Knowledge.HEAD, known.head(), age, blocks, answer);
      }
    };
  }

  private static Verdict verdict(Explanation.Blocks blocks, boolean fresh) {
    if (blocks.here() == blocks.all()) return fresh ? Verdict.HIT : Verdict.REVALIDATED;
    return blocks.here() == 0 ? Verdict.MISS : Verdict.PARTIAL;
  }

  private Explanation.Blocks blocks(Identity identity) {
    if (identity.size() == 0) return Explanation.Blocks.NONE;
    int last = store.blocks().last(identity.size());
    long here = 0;
    long pinned = 0;
    for (int number = 0; number <= last; number++) {
      Block block = store.peek(identity.block(number));
      if (block == null) continue;
      here++;
      if (block.pinned) pinned++;
    }
    return new Explanation.Blocks(last + 1L, here, pinned);
  }

  /// Fetches what is missing below a prefix.
  ///
  /// @throws io.tarn.store.StoreFailure when the origin does not answer and nothing came of it
  public Warming.Step warm(Bucket bucket, CachePolicy policy, Warming.Work work) {
    return warming.step(bucket, policy, work);
  }

  /// Gives up the blocks of such keys, but for those that are pinned, and forgets what was said of
  /// them: the next read asks the origin.
  public BlockPass.Step evict(Bucket bucket, String prefix, long after, Duration time) {
    if (after == 0) heads.forget(bucket.id(), prefix);
    var from = new BlockPass.From(bucket.id(), after, time);
    return prefix.isEmpty()
        ? pass.all(from, store::evict)
        : pass.below(prefix, from, (block, _) -> store.evict(block));
  }

  /// Which prefixes of a bucket are pinned, from now on: blocks of such keys stay once they were
  /// fetched, up to three quarters of the cache. Those that are here already are looked for by
  /// [#settle].
  public void pins(Bucket bucket, Collection<String> prefixes) {
    pins.set(bucket.id(), prefixes);
  }

  /// Pins, or lets go, the blocks of such keys that are here, as [#pins] has it.
  public BlockPass.Step settle(Bucket bucket, String prefix, long after, Duration time) {
    var from = new BlockPass.From(bucket.id(), after, time);
    return pass.below(prefix, from, (block, key) -> settle(bucket.id(), block, key));
  }

  private boolean settle(long bucket, Block block, Key key) {
    if (pins.covers(bucket, key)) return store.pin(block);
    store.unpin(block);
    return true;
  }
}
