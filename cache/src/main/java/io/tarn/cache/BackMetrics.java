package io.tarn.cache;

import io.tarn.observe.Counter;
import io.tarn.observe.Labelled;
import io.tarn.observe.Metrics;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// What is counted of queued writes, by bucket. Made once for a queue.
public final class BackMetrics {
  private final WriteQueue queue;
  private final Labelled<Counter> uploads;

  public BackMetrics(Metrics metrics, WriteQueue queue) {
    this.queue = queue;
    uploads =
        metrics.counter(
            "tarn_back_uploads",
            "Queued writes taken to their origin: done, failed (and tried again), refused by it.",
            "bucket",
            "outcome");
    metrics.gauge(
        "tarn_back_writes",
        "Acknowledged writes that are not at their origin.",
        "bucket",
        () -> byBucket(BucketQueue::writes));
    metrics.gauge(
        "tarn_back_bytes",
        "Bytes of disk that they take; nowhere else are they.",
        "bucket",
        () -> byBucket(BucketQueue::bytes));
    metrics.gauge(
        "tarn_back_oldest_seconds",
        "Age of the oldest of them.",
        "bucket",
        () -> byBucket(this::age));
    metrics.gauge(
        "tarn_back_refused",
        "Those of them that the origin refused.",
        "bucket",
        () -> byBucket(BucketQueue::refused));
  }

  private Map<String, Double> byBucket(ToDoubleFunction<BucketQueue> value) {
    Map<String, Double> all = new TreeMap<>();
    for (BucketQueue each : queue.all()) {
      all.merge(each.bucket().name().text(), value.applyAsDouble(each), Double::sum);
    }
    return all;
  }

  private double age(BucketQueue bucket) {
    Instant oldest = bucket.oldest();
    if (oldest == null) return 0;
    return Math.max(0, queue.clock().instant().toEpochMilli() - oldest.toEpochMilli()) / 1000.0;
  }

  /// When the oldest came that waits for an origin; null where none does.
  @Nullable Instant oldest(String origin) {
    Instant oldest = null;
    for (BucketQueue each : queue.all()) {
      boolean its = BucketQueue.originOf(each.bucket()).equals(origin);
      Instant since = its ? each.oldest() : null;
      if (since != null && (oldest == null || since.isBefore(oldest))) oldest = since;
    }
    return oldest;
  }

  void uploaded(QueuedWrite write) {
    count(write, "done");
  }

  void failed(QueuedWrite write) {
    count(write, "failed");
  }

  void refused(QueuedWrite write) {
    count(write, "refused");
  }

  private void count(QueuedWrite write, String outcome) {
    uploads.with(write.bucket().name().text(), outcome).increment();
  }
}
