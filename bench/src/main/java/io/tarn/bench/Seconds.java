package io.tarn.bench;

import java.time.Duration;
import java.util.Locale;

/// Durations as people write them: `5s`, `500ms`, `2m`, or a plain number of seconds.
final class Seconds {
  private Seconds() {}

  static Duration parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.endsWith("ms")) {
      return Duration.ofMillis(Long.parseLong(lower.substring(0, lower.length() - 2)));
    }
    if (lower.endsWith("m")) {
      return Duration.ofMinutes(Long.parseLong(lower.substring(0, lower.length() - 1)));
    }
    return Duration.ofSeconds(
        Long.parseLong(lower.endsWith("s") ? lower.substring(0, lower.length() - 1) : lower));
  }
}
