package io.tarn.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Decides whether space is short: a function of what is seen and when it is seen.
///
/// It is short as soon as a write was refused, the metadata takes only deletes, or a volume has
/// little more than its reserve. It is no longer when none of that was so for a while: space that
/// comes back is often taken at once.
final class SpacePressure {
  static final Duration CALM = Duration.ofSeconds(10);

  private boolean shortNow;
  private Instant lastShort = Instant.MIN;
  private List<Level> before = List.of();

  /// What a volume looks like; `refusals` since it was opened.
  record Level(long free, long reserve, long refusals) {
    /// Within an eighth of its reserve; once space is short, within a quarter.
    boolean isLow(boolean already) {
      return free < reserve + reserve / (already ? 4 : 8);
    }
  }

  /// Always asked about the same volumes in the same order.
  boolean isShort(Instant now, boolean metadataFull, List<Level> volumes) {
    if (metadataFull || refusedSince(volumes) || anyLow(volumes)) {
      shortNow = true;
      lastShort = now;
    } else if (shortNow && !now.isBefore(lastShort.plus(CALM))) {
      shortNow = false;
    }
    before = List.copyOf(volumes);
    return shortNow;
  }

  private boolean refusedSince(List<Level> volumes) {
    return !before.isEmpty() && sum(volumes) > sum(before);
  }

  private static long sum(List<Level> volumes) {
    return volumes.stream().mapToLong(Level::refusals).sum();
  }

  private boolean anyLow(List<Level> volumes) {
    return volumes.stream().anyMatch(level -> level.isLow(shortNow));
  }
}
