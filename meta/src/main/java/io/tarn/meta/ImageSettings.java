package io.tarn.meta;

import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.time.Duration;

/// The metadata of a server without files, which is one object at an origin.
public record ImageSettings(
    @Setting(
            value =
                "Most bytes of it: it is in memory whole, and written whole with each change."
                    + " Beyond that nothing is added any more.",
            fallback = "16 MiB")
        DataSize size,
    @Setting(
            value =
                "How often it is looked at for what other servers changed: so late a change is"
                    + " known everywhere, while the origin answers.",
            fallback = "1s")
        Duration poll,
    @Setting(
            value =
                "How old what is known may become while the origin does not answer. After that"
                    + " every request is refused with 503: a key that was revoked elsewhere is good"
                    + " for so long at most.",
            fallback = "10s")
        Duration stale,
    @Setting(
            value =
                "How long a change is tried while others make theirs, or its outcome is unknown.",
            fallback = "15s")
        Duration patience,
    @Setting(value = "Most changes that wait; more are refused.", fallback = "4096") int queue) {
  private static final long LARGEST = 256L << 20;

  public static final ImageSettings DEFAULTS = Settings.defaults(ImageSettings.class);

  public ImageSettings {
    if (size.bytes() < 1 << 20 || size.bytes() > LARGEST) {
      throw new IllegalArgumentException("size is from 1 MiB to 256 MiB");
    }
    if (poll.toMillis() < 10) throw new IllegalArgumentException("poll is at least 10ms");
    if (stale.compareTo(poll.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("stale is at least twice poll");
    }
    if (patience.toMillis() < 1) throw new IllegalArgumentException("patience is at least 1ms");
    if (queue < 1) throw new IllegalArgumentException("queue must be at least 1");
  }
}
