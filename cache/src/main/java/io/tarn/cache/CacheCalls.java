package io.tarn.cache;

import io.tarn.settings.Setting;
import java.time.Duration;

/// How long, and with how many threads, a disk of the cache is waited for.
public record CacheCalls(
    @Setting(
            value =
                "How long one call to a disk of the cache may take. Then its directory is left"
                    + " alone, and what it has is read from origins, until a check finds that it"
                    + " answers again.",
            fallback = "5s")
        Duration patience,
    @Setting(
            value =
                "Calls to the disk of one cache directory at once, each on a thread of its own;"
                    + " more wait.",
            fallback = "32")
        int most,
    @Setting(
            value =
                "How long after a call that did not end a cache directory is checked for the first"
                    + " time. Later checks come less often.",
            fallback = "10s")
        Duration checkEvery) {
  public CacheCalls {
    if (!patience.isPositive()) throw new IllegalArgumentException("patience must be positive");
    if (most < 1) throw new IllegalArgumentException("most must be at least 1");
    if (!checkEvery.isPositive()) {
      throw new IllegalArgumentException("check-every must be positive");
    }
  }
}
