package io.tarn.upstream;

import io.tarn.settings.Setting;
import java.time.Duration;

/// When an origin is taken for away: then requests to it fail at once, and it is asked by one probe
/// at a time whether it is back.
public record BreakerSettings(
    @Setting(
            value =
                "How many requests in a row must get no answer, or an error of the server that is"
                    + " no throttling, before a probe decides whether it is away.",
            fallback = "5")
        int failures,
    @Setting(
            value =
                "While it is away: the pause between two probes. That it is back is noticed within"
                    + " this and the time of a probe.",
            fallback = "2s")
        Duration pause,
    @Setting(
            value =
                "How long it may take to answer a probe, which changes nothing and is not signed."
                    + " A request that waits longer for the beginning of its answer has one made.",
            fallback = "5s")
        Duration patience) {
  public BreakerSettings {
    if (failures < 1) throw new IllegalArgumentException("failures must be at least 1");
    if (pause.toMillis() < 10) throw new IllegalArgumentException("pause must be at least 10ms");
    if (patience.toMillis() < 10) {
      throw new IllegalArgumentException("patience must be at least 10ms");
    }
  }
}
