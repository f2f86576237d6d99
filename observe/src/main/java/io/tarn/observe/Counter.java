package io.tarn.observe;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;

/// One series of a counter. Resolve it once and keep it: incrementing does not allocate.
public final class Counter {
  private final CounterDataPoint point;

  Counter(CounterDataPoint point) {
    this.point = point;
  }

  public void increment() {
    point.inc(1L);
  }

  /// The amount is not negative.
  public void add(long amount) {
    point.inc(amount);
  }

  public long value() {
    return point.getLongValue();
  }
}
