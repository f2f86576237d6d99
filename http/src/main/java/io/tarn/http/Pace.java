package io.tarn.http;

import java.time.Duration;

/// Whether a client that keeps a request going does so at the least rate, on average over windows
/// of time. On the loop.
final class Pace {
  private final long windowNanos;
  private final long least;
  private long began = System.nanoTime();
  private long atBegin;

  /// - `leastRate`: bytes per second; 0 for none
  Pace(int leastRate, Duration window) {
    windowNanos = window.toNanos();
    least = (long) (leastRate * (windowNanos / 1e9));
  }

  /// A window begins: what was before is not counted.
  void restart(long now, long total) {
    began = now;
    atBegin = total;
  }

  /// Whether a window is over in which too little came.
  boolean isTooSlow(long now, long total) {
    if (now - began < windowNanos) return false;
    long came = total - atBegin;
    restart(now, total);
    return came < least;
  }
}
