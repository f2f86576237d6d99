package io.tarn.bench;

import org.HdrHistogram.Histogram;

/// What one thread counted; for one thread, then merged. Latencies are in nanoseconds, from the
/// first byte sent to the last byte received.
final class Tally {
  private static final long LONGEST_NANOS = 3_600_000_000_000L;

  private final Histogram latency = new Histogram(LONGEST_NANOS, 3);
  private long requests;
  private long items;
  private long bytes;
  private long errors;
  private String firstError = "";
  private long startedAt = Long.MAX_VALUE;
  private long endedAt = Long.MIN_VALUE;

  /// An exchange that succeeded; `itemsDone` is what the work counts (keys of a page, else 1),
  /// `bodyBytes` what went either way.
  void success(long startNanos, long endNanos, long itemsDone, long bodyBytes) {
    requests++;
    items += itemsDone;
    bytes += bodyBytes;
    latency.recordValue(Math.clamp(endNanos - startNanos, 0, LONGEST_NANOS));
    span(startNanos, endNanos);
  }

  void failure(String what) {
    if (errors++ == 0) firstError = what;
  }

  void add(Tally other) {
    latency.add(other.latency);
    requests += other.requests;
    items += other.items;
    bytes += other.bytes;
    if (errors == 0) firstError = other.firstError;
    errors += other.errors;
    if (other.requests > 0) span(other.startedAt, other.endedAt);
  }

  long requests() {
    return requests;
  }

  long items() {
    return items;
  }

  long bytes() {
    return bytes;
  }

  long errors() {
    return errors;
  }

  String firstError() {
    return firstError;
  }

  Histogram latency() {
    return latency;
  }

  /// From the first request's start to the last reply's end.
  long elapsedNanos() {
    return requests == 0 ? 0 : endedAt - startedAt;
  }

  private void span(long from, long to) {
    startedAt = Math.min(startedAt, from);
    endedAt = Math.max(endedAt, to);
  }
}
