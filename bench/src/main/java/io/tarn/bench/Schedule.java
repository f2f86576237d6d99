package io.tarn.bench;

import java.time.Duration;

/// How often and how long: an unmeasured warm-up, then a number of rounds.
record Schedule(Duration warmup, RoundLimit round, int rounds) {
  Schedule {
    if (rounds < 1) throw new IllegalArgumentException("at least one round, not " + rounds);
  }
}
