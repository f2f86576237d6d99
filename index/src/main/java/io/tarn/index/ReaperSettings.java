package io.tarn.index;

import io.tarn.settings.Setting;
import java.time.Duration;

/// How what nobody refers to any more is removed.
public record ReaperSettings(
    @Setting(
            value =
                "How long the bytes of a replaced or deleted object stay; at most a second while"
                    + " space is short. Reads that are open keep them longer. With a lease, always"
                    + " so long, and reads on other nodes that take longer fail.",
            fallback = "30s")
        Duration grace,
    @Setting(value = "Pause between rounds when there is nothing to do.", fallback = "1s")
        Duration pace,
    @Setting(value = "Most garbage rows handled in one round.", fallback = "1000") int perRound,
    @Setting(
            value =
                "Longest pause before garbage that could not be removed (its volume takes no"
                    + " deletes, or its row is damaged) is tried again; the first are a minute.",
            fallback = "1h")
        Duration retry,
    @Setting(
            value =
                "Garbage that waits so much longer than its grace is told of by `tarn status` and"
                    + " health.",
            fallback = "1h")
        Duration alarm,
    @Setting(
            value =
                "Where several nodes work on the same metadata, one of them collects the garbage of"
                    + " all; after how long without a word from it another one takes over. 0 for a"
                    + " node that is alone.",
            fallback = "0s")
        Duration lease) {
  public static final ReaperSettings DEFAULTS =
      new ReaperSettings(
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          1000,
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ZERO);

  public ReaperSettings {
    if (grace.isNegative()) throw new IllegalArgumentException("a grace below zero");
    if (pace.toMillis() < 1) throw new IllegalArgumentException("a pace below a millisecond");
    if (perRound < 1 || perRound > 100_000) throw new IllegalArgumentException("1 to 100,000 rows");
    if (retry.toMillis() < 1000) throw new IllegalArgumentException("a retry below a second");
    if (alarm.toMillis() < 1000) throw new IllegalArgumentException("an alarm below a second");
    if (!lease.isZero() && lease.toMillis() < 1000) {
      throw new IllegalArgumentException("a lease below a second; 0 for a node that is alone");
    }
  }

  /// The age from which garbage is told of.
  public Duration patience() {
    return grace.plus(alarm);
  }
}
