package io.tarn.io;

import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.time.Duration;

/// How long, and with how many threads, the disk of a volume is waited for.
public record CallSettings(
    @Setting(
            value =
                "How long one call to a disk may take. Then the volume is fenced, reads and writes,"
                    + " until a check finds that it answers again.",
            fallback = "30s")
        Duration patience,
    @Setting(
            value =
                "Calls to the disk of one volume at once, each on a thread of its own; more wait.",
            fallback = "32")
        int most) {
  public static final CallSettings DEFAULTS = Settings.defaults(CallSettings.class);

  public CallSettings {
    if (!patience.isPositive()) throw new IllegalArgumentException("patience must be positive");
    if (most < 1) throw new IllegalArgumentException("most must be at least 1");
  }
}
