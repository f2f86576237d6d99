package io.tarn.bench;

import java.time.Duration;

/// How long a round lasts: no request starts after `duration` nor beyond `requests` of them.
record RoundLimit(Duration duration, long requests) {
  RoundLimit {
    if (duration.isNegative() || requests < 0) {
      throw new IllegalArgumentException(
          "a round lasts " + duration + ", " + requests + " requests");
    }
  }

  static RoundLimit lasting(Duration duration) {
    return new RoundLimit(duration, Long.MAX_VALUE);
  }
}
