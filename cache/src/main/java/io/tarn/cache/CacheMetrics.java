package io.tarn.cache;

import io.tarn.observe.Counter;
import io.tarn.observe.Labelled;
import io.tarn.observe.Metrics;
import io.tarn.store.Bucket;
import io.tarn.store.Provenance.Verdict;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What the near-caches of a process count, by bucket. Made once; all of them share it.
public final class CacheMetrics {
  private final Labelled<Counter> answers;
  private final Labelled<Counter> sent;
  private final Labelled<Counter> fetched;
  private final Labelled<Counter> requests;
  private final Labelled<Counter> failures;
  private final Map<String, Counts> buckets = new ConcurrentHashMap<>();

  public CacheMetrics(Metrics metrics, BlockStore blocks) {
    answers =
        metrics.counter(
            "tarn_cache_answers",
            "Reads answered by the cache, by how much of them was local.",
            "bucket",
            "verdict");
    sent = metrics.counter("tarn_cache_sent_bytes", "Bytes given to readers.", "bucket", "source");
    fetched = metrics.counter("tarn_cache_fetched_bytes", "Bytes asked of origins.", "bucket");
    requests = metrics.counter("tarn_cache_origin_requests", "Asked of origins.", "bucket", "kind");
    failures =
        metrics.counter(
            "tarn_cache_failures",
            "What did not work and cost an origin another request: fills, bodies of writes to keep,"
                + " reads of the cache's disks.",
            "bucket",
            "kind");
    metrics.gauge("tarn_cache_bytes", "Bytes of disk.", "kind", () -> bytes(blocks.usage()));
    metrics.gauge("tarn_cache_blocks", "Blocks there are.", () -> blocks.usage().blocks());
    metrics.counter(
        "tarn_cache_removed_blocks", "Blocks that went.", "reason", () -> removed(blocks.usage()));
    metrics.counter(
        "tarn_cache_ghost_hits",
        "Blocks fetched again that a cache of twice the size would have had.",
        () -> blocks.usage().ghosts().hits());
    metrics.counter(
        "tarn_cache_ghost_bytes", "Their bytes.", () -> blocks.usage().ghosts().bytes());
  }

  private static Map<String, Double> bytes(CacheUsage usage) {
    Map<String, Double> bytes = new TreeMap<>();
    bytes.put("size", (double) usage.size());
    bytes.put("used", (double) usage.used());
    bytes.put("cached", (double) usage.cached());
    bytes.put("pinned", (double) usage.pinned());
    return bytes;
  }

  private static Map<String, Double> removed(CacheUsage usage) {
    Map<String, Double> removed = new TreeMap<>();
    usage.removals().forEach((why, count) -> removed.put(label(why), (double) count));
    return removed;
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  Counts of(Bucket bucket) {
    String name = bucket.name().text();
    Counts known = buckets.get(name);
    return known != null ? known : buckets.computeIfAbsent(name, Counts::new);
  }

  /// What is asked of an origin.
  enum Kind {
    GET,
    HEAD,
    PUT,
    COPY,
    DELETE,
    LIST,
    ANNOTATE,
    UPLOAD
  }

  /// What did not work.
  enum Trouble {
    FILL,
    KEEP,
    DISK
  }

  /// Those of one bucket.
  final class Counts {
    private final Map<Verdict, Counter> verdicts = new EnumMap<>(Verdict.class);
    private final Map<Kind, Counter> kinds = new EnumMap<>(Kind.class);
    private final Map<Trouble, Counter> troubles = new EnumMap<>(Trouble.class);
    final Counter sentLocal;
    final Counter sentFetched;
    final Counter fetchedBytes;

    private Counts(String bucket) {
      for (Verdict each : Verdict.values()) verdicts.put(each, answers.with(bucket, label(each)));
      for (Kind each : Kind.values()) kinds.put(each, requests.with(bucket, label(each)));
      for (Trouble each : Trouble.values()) troubles.put(each, failures.with(bucket, label(each)));
      sentLocal = sent.with(bucket, "cache");
      sentFetched = sent.with(bucket, "origin");
      fetchedBytes = fetched.with(bucket);
    }

    void answered(Verdict verdict) {
      count(verdicts, verdict);
    }

    void asked(Kind kind) {
      count(kinds, kind);
    }

    void failed(Trouble trouble) {
      count(troubles, trouble);
    }

    CacheCounts counts() {
      Map<Verdict, Long> answered = new EnumMap<>(Verdict.class);
      verdicts.forEach((verdict, counter) -> answered.put(verdict, counter.value()));
      return new CacheCounts(
          answered,
          sentLocal.value(),
          sentFetched.value(),
          fetchedBytes.value(),
          values(kinds),
          values(troubles));
    }

    private static Map<String, Long> values(Map<? extends Enum<?>, Counter> counters) {
      Map<String, Long> values = new TreeMap<>();
      counters.forEach((what, counter) -> values.put(label(what), counter.value()));
      return values;
    }

    private static <K> void count(Map<K, Counter> counters, K key) {
      Counter counter = counters.get(key);
      if (counter == null) throw new IllegalStateException("no counter for " + key);
      counter.increment();
    }
  }
}
