package io.tarn.files;

import java.time.Instant;
import java.time.InstantSource;

/// The times of files, in nanoseconds since 1970: no two changes made here have the same, and none
/// is earlier than what it changes, however clocks are set. Thread-safe.
final class FileClock {
  private static final long NANOS = 1_000_000_000;

  /// What nobody's clock says before the year 2100; later ones are not believed.
  static final long LATEST = 4_102_444_800L * NANOS;

  private final InstantSource clock;
  private long last;

  FileClock(InstantSource clock) {
    this.clock = clock;
  }

  /// A time for a change of what was last changed at `seen`; 0 where there is nothing yet.
  synchronized long after(long seen) {
    last = Math.max(nanos(clock.instant()), last + 1);
    return Math.max(last, seen + 1);
  }

  static long nanos(Instant time) {
    return time.getEpochSecond() * NANOS + time.getNano();
  }
}
