package io.tarn.console;

import io.tarn.cache.BlockPass;
import io.tarn.cache.CachePolicy;
import io.tarn.cache.CacheShare;
import io.tarn.cache.CacheStats;
import io.tarn.cache.CacheUpkeep;
import io.tarn.cache.CacheUsage;
import io.tarn.cache.Explanation;
import io.tarn.cache.NearCache;
import io.tarn.cache.QueueStatus;
import io.tarn.cache.Warming;
import io.tarn.console.AdminOperation.EvictCache;
import io.tarn.console.AdminOperation.PinPrefix;
import io.tarn.console.AdminOperation.SyncBucket;
import io.tarn.console.AdminOperation.WarmCache;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.DurabilityLevel;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.OriginTraffic;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.StoreFailure.NoSuchBucket;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an operator looks at and does in the near-cache. What takes long goes in steps: each answer
/// says how to ask for the next, in `next`, which is empty when there is nothing left.
final class CacheWork {
  /// Clients wait for a step.
  private static final Duration STEP = Duration.ofSeconds(2);

  private final Buckets buckets;
  private final Origins origins;
  private final ReentrantLock pinning = new ReentrantLock();

  CacheWork(Buckets buckets, Origins origins) {
    this.buckets = buckets;
    this.origins = origins;
  }

  /// A linked bucket with a cache before its origin.
  private record Cached(Bucket bucket, NearCache cache) {
    CacheUpkeep upkeep() {
      return cache.upkeep();
    }
  }

  private Bucket linked(BucketName name, Authority by) {
    Bucket bucket = buckets.find(name).orElseThrow(() -> new NoSuchBucket(name));
    by.over(bucket.owner());
    if (bucket.home() instanceof Home.Linked) return bucket;
    throw AdminFailure.conflict(
        "BucketNotLinked",
        "The bucket %s is not linked, so nothing is cached of it.".formatted(name));
  }

  private Cached cached(BucketName name, Authority by) {
    Bucket bucket = linked(name, by);
    NearCache cache =
        origins
            .cache(bucket)
            .orElseThrow(
                () ->
                    AdminFailure.conflict(
                        "BucketNotCached",
                        "There is no cache before the origin of bucket %s.".formatted(name)));
    return new Cached(bucket, cache);
  }

  ObjectNode usage() {
    return origins.usage().map(CacheWork::shown).orElseGet(Replies::object);
  }

  private static ObjectNode shown(CacheUsage usage) {
    ObjectNode shown =
        Replies.object()
            .put("size", usage.size())
            .put("used", usage.used())
            .put("cached", usage.cached())
            .put("pinned", usage.pinned())
            .put("blocks", usage.blocks());
    ObjectNode removed = shown.putObject("removed");
    new TreeMap<>(usage.removals()).forEach((why, count) -> removed.put(word(why), count));
    shown
        .putObject("ghosts")
        .put("hits", usage.ghosts().hits())
        .put("bytes", usage.ghosts().bytes());
    return shown;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  ObjectNode show(BucketName name, Authority by) {
    Bucket bucket = linked(name, by);
    ObjectNode shown = Replies.object().put("bucket", name.text());
    shown.set("home", BucketWork.shown(bucket.home()));
    Optional<NearCache> found = origins.cache(bucket);
    origins.kept(bucket).ifPresent(kept -> put(shown, kept));
    shown.put("cached", found.isPresent());
    if (found.isEmpty()) return shown;
    NearCache cache = found.get();
    shown.set("policy", shown(cache.policy(bucket)));
    shown.set("share", shown(cache.upkeep().share(bucket)));
    ArrayNode pins = shown.putArray("pins");
    CachePins.of(buckets, bucket).forEach(pins::add);
    shown.set("counts", shown(cache.upkeep().stats(bucket)).put("since", since(cache)));
    origins.queued(bucket).ifPresent(queued -> shown.set("queue", shown(queued)));
    shown.set("usage", usage());
    return shown;
  }

  private static void put(ObjectNode shown, Origins.Kept kept) {
    ObjectNode settings = shown.putObject("settings");
    new TreeMap<>(kept.settings()).forEach(settings::put);
    shown
        .put("credentials", kept.credentials())
        .put("probed", kept.probed().toString())
        .put("probeExpires", kept.probed().plus(Origins.Kept.BELIEVED).toString());
  }

  private static ObjectNode shown(CachePolicy policy) {
    return Replies.object()
        .put("freshness", word(policy.freshness()))
        .put("ttl", seconds(policy.ttl()))
        .put("absent", seconds(policy.absent()))
        .put("staleIfError", seconds(policy.staleIfError()))
        .put("writes", word(policy.writes()));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private static ObjectNode shown(CacheShare share) {
    return Replies.object()
        .put("blocks", share.blocks())
        .put("bytes", share.bytes())
        .put("pinned", share.pinned());
  }

  private static String since(NearCache cache) {
    return cache.upkeep().since().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static ObjectNode shown(CacheStats stats) {
    ObjectNode shown = Replies.object();
    CacheStats.Reads reads = stats.reads();
    ObjectNode answers = shown.putObject("answers");
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.UNSAID) answers.put(word(verdict), reads.count(verdict));
    }
    shown
        .put("reads", reads.all())
        .put("hits", reads.hits())
        .put("hitRatio", stats.hitRatio())
        .put("localBytes", reads.local())
        .put("fetchedBytes", reads.fetched())
        .put("byteHitRatio", stats.byteHitRatio());
    put(shown.putObject("requests"), stats.requests());
    put(shown.putObject("receivedBytes"), stats.received());
    shown
        .putObject("avoided")
        .put("requests", stats.requestsAvoided())
        .put("bytes", stats.egressAvoided());
    shown
        .putObject("twiceTheSize")
        .put("blocks", stats.ghosts().hits())
        .put("bytes", stats.ghosts().bytes());
    shown
        .putObject("money")
        .put("currency", stats.prices().currency())
        .put("spent", stats.spent())
        .put("saved", stats.saved())
        .put("savedByTwiceTheSize", stats.savedByTwice());
    return shown;
  }

  private static void put(ObjectNode into, Map<OriginTraffic.Request, Long> numbers) {
    new TreeMap<>(numbers).forEach((kind, number) -> into.put(word(kind), number));
  }

  ObjectNode explain(BucketName name, Key key, Authority by) {
    Cached cached = cached(name, by);
    Explanation explained =
        cached.upkeep().explain(cached.bucket, key, cached.cache.policy(cached.bucket));
    ObjectNode shown =
        Replies.object()
            .put("bucket", name.text())
            .put("key", key.text())
            .put("known", word(explained.knowledge()))
            .put("age", seconds(explained.age()));
    Optional<QueueStatus.Newest> queued = origins.queued(cached.bucket, key);
    shown.put(
        "durability", word(queued.isEmpty() ? DurabilityLevel.ORIGIN : DurabilityLevel.LOCAL));
    queued.ifPresent(newest -> put(shown.putObject("queued"), newest));
    if (explained.head() != null) shown.set("head", shown(explained.head()));
    shown
        .putObject("blocks")
        .put("all", explained.blocks().all())
        .put("here", explained.blocks().here())
        .put("pinned", explained.blocks().pinned());
    Verdict verdict = queued.isEmpty() ? explained.answer().verdict() : of(queued.get());
    shown
        .putObject("answer")
        .put("verdict", word(verdict))
        .put("asksOrigin", queued.isEmpty() && explained.answer().asks());
    shown.set("policy", shown(cached.cache.policy(cached.bucket)));
    return shown;
  }

  /// Of a read of what is queued.
  private static Verdict of(QueueStatus.Newest newest) {
    return newest.isDelete() ? Verdict.UNSAID : Verdict.HIT;
  }

  private static void put(ObjectNode shown, QueueStatus.Newest newest) {
    shown
        .put("since", newest.since().toString())
        .put("deletes", newest.isDelete())
        .put("problem", newest.refusal());
  }

  private static ObjectNode shown(ObjectHead head) {
    return Replies.object()
        .put("size", head.content().size())
        .put("etag", head.content().etag().text())
        .put("modified", head.content().modified().toString())
        .put("version", head.version().text());
  }

  /// Waits for a step at most. `writes` is what is left.
  ObjectNode sync(SyncBucket request, Authority by) {
    Bucket bucket = linked(request.bucket(), by);
    return origins
        .sync(bucket, request.upTo(), STEP)
        .map(CacheWork::shown)
        .orElseGet(CacheWork::nothingQueued);
  }

  private static ObjectNode nothingQueued() {
    return Replies.object().put("writes", 0).put("bytes", 0).put("refused", 0);
  }

  private static ObjectNode shown(QueueStatus queued) {
    ObjectNode shown =
        Replies.object()
            .put("upTo", Long.toString(queued.upTo()))
            .put("writes", queued.writes())
            .put("bytes", queued.bytes())
            .put("refused", queued.refused());
    if (queued.oldest() != null) shown.put("oldest", queued.oldest().toString());
    ArrayNode refusals = shown.putArray("refusals");
    for (QueueStatus.Refusal each : queued.refusals()) {
      refusals
          .addObject()
          .put("key", each.key().text())
          .put("since", each.since().toString())
          .put("problem", each.why());
    }
    return shown;
  }

  ObjectNode warm(WarmCache request, Authority by) {
    Cached cached = cached(request.bucket(), by);
    var work = new Warming.Work(request.prefix(), request.after(), request.atOnce(), STEP);
    Warming.Step step =
        cached.upkeep().warm(cached.bucket, cached.cache.policy(cached.bucket), work);
    ObjectNode shown =
        Replies.object()
            .put("done", step.done())
            .put("next", step.after())
            .put("objects", step.sum().objects())
            .put("bytes", step.sum().bytes())
            .put("fetchedBytes", step.sum().fetched())
            .put("failures", step.sum().failures())
            .put("crowded", step.crowded());
    ArrayNode failed = shown.putArray("failed");
    for (Warming.Failed each : step.failed()) {
      failed.addObject().put("key", each.key()).put("problem", each.problem());
    }
    return shown;
  }

  ObjectNode evict(EvictCache request, Authority by) {
    Cached cached = cached(request.bucket(), by);
    return shown(cached.upkeep().evict(cached.bucket, request.prefix(), request.after(), STEP));
  }

  /// First it is written down, then what is fetched from now on goes by it, and then what is here
  /// already.
  ObjectNode pin(PinPrefix request, Authority by) {
    Cached cached = cached(request.bucket(), by);
    pinning.lock();
    try {
      Collection<String> prefixes =
          CachePins.change(buckets, cached.bucket, request.prefix(), request.pinned());
      cached.upkeep().pins(cached.bucket, prefixes);
    } finally {
      pinning.unlock();
    }
    ObjectNode shown =
        shown(cached.upkeep().settle(cached.bucket, request.prefix(), request.after(), STEP));
    origins
        .usage()
        .ifPresent(usage -> shown.put("pinned", usage.pinned()).put("size", usage.size()));
    return shown;
  }

  private static ObjectNode shown(BlockPass.Step step) {
    ObjectNode shown =
        Replies.object()
            .put("done", step.done())
            .put("next", Long.toString(step.after()))
            .put("looked", step.looked());
    shown
        .putObject("matched")
        .put("blocks", step.matched().blocks())
        .put("bytes", step.matched().bytes());
    shown.putObject("left").put("blocks", step.left().blocks()).put("bytes", step.left().bytes());
    return shown;
  }
}
