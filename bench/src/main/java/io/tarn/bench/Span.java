package io.tarn.bench;

import java.time.Duration;

/// How long a round lasts: no request starts after `duration` nor beyond `requests` of them.
record Span(Duration duration, long requests) {
  Span {
    if (duration.isNegative() || requests < 0) {
      throw new IllegalArgumentException(
          "a round lasts " + duration + ", " + requests + " requests");
    }
  }

  static Span lasting(Duration duration) {
    return new Span(duration, Long.MAX_VALUE);
  }
}
