package io.tarn.observe;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

/// One series of a histogram of durations. Resolve it once and keep it: observing does not
/// allocate.
public final class Histogram {
  private static final double NANOS = 1e-9;

  private final DistributionDataPoint point;

  Histogram(DistributionDataPoint point) {
    this.point = point;
  }

  public void observeNanos(long nanos) {
    point.observe(nanos * NANOS);
  }

  public void observeSeconds(double seconds) {
    point.observe(seconds);
  }

  public long count() {
    return point.getCount();
  }
}
