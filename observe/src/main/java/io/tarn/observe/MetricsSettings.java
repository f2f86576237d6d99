package io.tarn.observe;

import io.tarn.settings.Setting;

/// How much `/metrics` may hold.
public record MetricsSettings(
    @Setting(
            value = "Most values of one label; every further value is counted as `other`.",
            fallback = "200")
        int maxLabelValues,
    @Setting(value = "Most series of one metric.", fallback = "5000") int maxSeries,
    @Setting(value = "Whether to report the JVM and the process.", fallback = "true") boolean jvm) {
  public MetricsSettings {
    if (maxLabelValues < 1) {
      throw new IllegalArgumentException("max-label-values must be at least 1");
    }
    if (maxSeries < 1) throw new IllegalArgumentException("max-series must be at least 1");
  }
}
