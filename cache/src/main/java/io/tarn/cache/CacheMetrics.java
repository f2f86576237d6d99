package io.tarn.cache;

import io.tarn.observe.Histogram;
import io.tarn.observe.Labelled;
import io.tarn.observe.Metrics;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.OriginTraffic;
import io.tarn.store.Provenance.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the near-caches of a process count, by bucket, from its start on. Made once; all of them
/// share it, and origins tell it what they are asked.
public final class CacheMetrics {
  /// So many are known by what they are called; beyond it those that are used are learnt again.
  private static final int MOST_INCARNATIONS = 100_000;

  private final BlockStore blocks;
  private final Instant since;
  private final Labelled<Histogram> fills;
  private final Map<String, Counts> buckets = new ConcurrentHashMap<>();
  private final Map<Long, Counts> incarnations = new ConcurrentHashMap<>();
  private final ByKind<Removal> strangers = new ByKind<>(Removal.class);

  /// `since`: now.
  public CacheMetrics(Metrics metrics, BlockStore blocks, Instant since) {
    this.blocks = blocks;
    this.since = since;
    this.fills =
        metrics.histogram(
            "tarn_cache_fill_seconds",
            "How long a block took to come from the origin, the first of a fill with the request.",
            "bucket");
    publishReads(metrics);
    publishOrigins(metrics);
    publishBlocks(metrics);
    blocks.tell(this::removed);
  }

  private void publishReads(Metrics metrics) {
    publish(
        metrics,
        "tarn_cache_answers",
        "Reads answered by the cache, by how much of them was local.",
        "verdict",
        counts -> labelled(counts.reads()::count, Verdict.values()));
    publish(
        metrics,
        "tarn_cache_sent_bytes",
        "Bytes given to readers.",
        "source",
        counts -> Map.of("cache", counts.sentLocal.sum(), "origin", counts.sentFetched.sum()));
    publish(
        metrics,
        "tarn_cache_fetched_bytes",
        "Bytes of objects that the cache had from origins.",
        "for",
        counts -> Map.of("cache", counts.fetchedBytes.sum()));
    publish(
        metrics,
        "tarn_cache_ghost_hits",
        "Blocks fetched again that a cache of twice the size would have had.",
        "unit",
        counts -> Map.of("blocks", counts.ghosts.sum(), "bytes", counts.ghostBytes.sum()));
  }

  private void publishOrigins(Metrics metrics) {
    publish(
        metrics,
        "tarn_cache_origin_calls",
        "What the cache asked its origin to do, whatever that took.",
        "kind",
        counts -> labelled(counts.calls::get, Kind.values()));
    publish(
        metrics,
        "tarn_origin_requests",
        "Requests to origins, as they price them; those that were made again among them.",
        "kind",
        counts -> labelled(counts.requests::get, OriginTraffic.Request.values()));
    publish(
        metrics,
        "tarn_origin_received_bytes",
        "Bytes of the bodies of answers of origins.",
        "kind",
        counts -> labelled(counts.received::get, OriginTraffic.Request.values()));
    publish(
        metrics,
        "tarn_cache_failures",
        "What did not work and cost an origin another request: fills, bodies of writes to keep,"
            + " reads of the cache's disks.",
        "kind",
        counts -> labelled(counts.troubles::get, Trouble.values()));
    metrics.gauges(
        "tarn_origin_money",
        "By the prices in the settings: spent on what origins were asked, and saved by reads that"
            + " they were not.",
        List.of("bucket", "currency", "what"),
        this::money);
  }

  private void publishBlocks(Metrics metrics) {
    metrics.gauge("tarn_cache_bytes", "Bytes of disk.", "kind", () -> bytes(blocks.usage()));
    metrics.gauge("tarn_cache_blocks", "Blocks there are.", () -> blocks.usage().blocks());
    metrics.gauge(
        "tarn_cache_silent_directories",
        "Directories whose disks do not answer.",
        blocks::silentDirectories);
    metrics.gauge(
        "tarn_cache_calls_hung",
        "Calls to the disks that did not end in time, and still have not.",
        blocks::hungCalls);
    metrics.counters(
        "tarn_cache_removed_blocks",
        "Blocks that went; other are those of buckets that are not linked any more, or were not"
            + " used since the start.",
        List.of("bucket", "reason"),
        this::removed);
  }

  private void publish(
      Metrics metrics,
      String name,
      String help,
      String label,
      Function<Counts, Map<String, Long>> values) {
    metrics.counters(
        name,
        help,
        List.of("bucket", label),
        () -> {
          Map<List<String>, Double> all = new HashMap<>();
          buckets.forEach(
              (bucket, counts) ->
                  values
                      .apply(counts)
                      .forEach(
                          (value, count) ->
                              all.merge(List.of(bucket, value), (double) count, Double::sum)));
          return all;
        });
  }

  private Map<List<String>, Double> money() {
    Map<List<String>, Double> all = new HashMap<>();
    for (CacheStats each : stats()) {
      String currency = each.prices().currency();
      all.merge(List.of(each.bucket(), currency, "spent"), each.spent(), Double::sum);
      all.merge(List.of(each.bucket(), currency, "saved"), each.saved(), Double::sum);
    }
    return all;
  }

  private static <E extends Enum<E>> Map<String, Long> labelled(
      Function<E, Long> count, E[] constants) {
    Map<String, Long> labelled = new HashMap<>();
    for (E each : constants) labelled.put(label(each), count.apply(each));
    return labelled;
  }

  private static Map<String, Double> bytes(CacheUsage usage) {
    Map<String, Double> bytes = new TreeMap<>();
    bytes.put("size", (double) usage.size());
    bytes.put("used", (double) usage.used());
    bytes.put("cached", (double) usage.cached());
    bytes.put("pinned", (double) usage.pinned());
    return bytes;
  }

  private Map<List<String>, Double> removed() {
    Map<List<String>, Double> all = new HashMap<>();
    for (Removal why : Removal.values()) {
      all.put(List.of(Labelled.OTHER, label(why)), (double) strangers.get(why));
      buckets.forEach(
          (bucket, counts) ->
              all.merge(
                  List.of(bucket, label(why)), (double) counts.removals.get(why), Double::sum));
    }
    return all;
  }

  private void removed(long bucket, Removal why) {
    Counts counts = incarnations.get(bucket);
    (counts == null ? strangers : counts.removals).add(why, 1);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /// When it began to count.
  Instant since() {
    return since;
  }

  /// Of each bucket that was used, by its name.
  List<CacheStats> stats() {
    List<CacheStats> all = new ArrayList<>();
    for (Counts counts : buckets.values()) all.add(counts.stats());
    all.sort(Comparator.comparing(CacheStats::bucket));
    return all;
  }

  /// What an origin with these prices tells. What is asked of origins that tell nothing is free.
  public OriginTraffic traffic(PriceSettings prices) {
    return new OriginTraffic() {
      @Override
      public void asked(BucketName bucket, Request kind) {
        of(bucket.text()).told(prices).requests.add(kind, 1);
      }

      @Override
      public void received(BucketName bucket, Request kind, long bytes) {
        of(bucket.text()).told(prices).received.add(kind, bytes);
      }
    };
  }

  Counts of(Bucket bucket) {
    Counts known = incarnations.get(bucket.id());
    if (known != null) return known;
    Counts counts = of(bucket.name().text());
    if (incarnations.size() >= MOST_INCARNATIONS) incarnations.clear();
    incarnations.put(bucket.id(), counts);
    return counts;
  }

  private Counts of(String bucket) {
    Counts known = buckets.get(bucket);
    return known != null ? known : buckets.computeIfAbsent(bucket, Counts::new);
  }

  /// What is asked of an origin.
  enum Kind {
    GET(OriginTraffic.Request.GET),
    HEAD(OriginTraffic.Request.HEAD),
    PUT(OriginTraffic.Request.PUT),
    COPY(OriginTraffic.Request.COPY),
    DELETE(OriginTraffic.Request.DELETE),
    LIST(OriginTraffic.Request.LIST),
    ANNOTATE(OriginTraffic.Request.PUT),
    UPLOAD(OriginTraffic.Request.POST);

    private final OriginTraffic.Request request;

    Kind(OriginTraffic.Request request) {
      this.request = request;
    }
  }

  /// What did not work.
  enum Trouble {
    FILL,
    KEEP,
    DISK
  }

  /// Counts by the constants of an enum.
  private static final class ByKind<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    ByKind(Class<E> kind) {
      counts = new EnumMap<>(kind);
      for (E each : kind.getEnumConstants()) counts.put(each, new LongAdder());
    }

    private LongAdder of(E kind) {
      LongAdder count = counts.get(kind);
      if (count == null) throw new IllegalStateException("no counter for " + kind);
      return count;
    }

    void add(E kind, long amount) {
      of(kind).add(amount);
    }

    long get(E kind) {
      return of(kind).sum();
    }

    /// Those that are not 0.
    Map<E, Long> values() {
      Map<E, Long> values = new HashMap<>();
      counts.forEach(
          (kind, count) -> {
            if (count.sum() != 0) values.put(kind, count.sum());
          });
      return values;
    }
  }

  /// Those of one bucket.
  final class Counts {
    private final String bucket;
    private volatile @Nullable PriceSettings prices; // null while its origin tells nothing
    private final ByKind<Verdict> gets = new ByKind<>(Verdict.class);
    private final ByKind<Verdict> heads = new ByKind<>(Verdict.class);
    private final ByKind<Kind> calls = new ByKind<>(Kind.class);
    private final ByKind<Trouble> troubles = new ByKind<>(Trouble.class);
    private final ByKind<Removal> removals = new ByKind<>(Removal.class);
    private final ByKind<OriginTraffic.Request> requests =
        new ByKind<>(OriginTraffic.Request.class);
    private final ByKind<OriginTraffic.Request> received =
        new ByKind<>(OriginTraffic.Request.class);
    private final LongAdder ghosts = new LongAdder();
    private final LongAdder ghostBytes = new LongAdder();
    private final Histogram fillTimes;
    final LongAdder sentLocal = new LongAdder();
    final LongAdder sentFetched = new LongAdder();
    final LongAdder fetchedBytes = new LongAdder();

    private Counts(String bucket) {
      this.bucket = bucket;
      this.fillTimes = fills.with(bucket);
    }

    private Counts told(PriceSettings by) {
      prices = by;
      return this;
    }

    /// A read ended so; `bytes` for a GET, else a HEAD.
    void answered(Verdict verdict, boolean bytes) {
      (bytes ? gets : heads).add(verdict, 1);
    }

    void asked(Kind kind) {
      calls.add(kind, 1);
    }

    void failed(Trouble trouble) {
      troubles.add(trouble, 1);
    }

    /// A block came from the origin.
    void filled(long nanos) {
      fillTimes.observeNanos(nanos);
    }

    /// One came again that had gone not long ago.
    void cameBack(int bytes) {
      ghosts.increment();
      ghostBytes.add(bytes);
    }

    private CacheStats.Reads reads() {
      return new CacheStats.Reads(
          gets.values(), heads.values(), sentLocal.sum(), sentFetched.sum());
    }

    CacheStats stats() {
      PriceSettings known = prices;
      boolean told = known != null;
      return new CacheStats(
          bucket,
          reads(),
          told ? requests.values() : requestsByCalls(),
          told ? received.values() : Map.of(OriginTraffic.Request.GET, fetchedBytes.sum()),
          new CacheUsage.Ghosts(ghosts.sum(), ghostBytes.sum()),
          known != null ? known : PriceSettings.FREE);
    }

    private Map<OriginTraffic.Request, Long> requestsByCalls() {
      Map<OriginTraffic.Request, Long> requests = new HashMap<>();
      calls.values().forEach((call, count) -> requests.merge(call.request, count, Long::sum));
      return requests;
    }
  }
}
