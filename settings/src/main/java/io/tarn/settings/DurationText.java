package io.tarn.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/// The text form of a duration: `500ms`, `30s`, `2h`, `7d`, several in a row (`1h30m`), or ISO 8601
/// (`PT30S`). A number needs a unit, except 0. Never negative.
final class DurationText {
  private static final String ADVICE = "not a duration; write for example 500ms, 30s, 2h or 7d";
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", Duration.ofDays(1));
    UNITS.put("h", Duration.ofHours(1));
    UNITS.put("m", Duration.ofMinutes(1));
    UNITS.put("s", Duration.ofSeconds(1));
    UNITS.put("ms", Duration.ofMillis(1));
    UNITS.put("us", Duration.ofNanos(1000));
    UNITS.put("ns", Duration.ofNanos(1));
  }

  private DurationText() {}

  static Duration parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equals("0")) return Duration.ZERO;
    try {
      Duration sum = trimmed.startsWith("P") ? Duration.parse(trimmed) : sum(trimmed);
      if (sum.isNegative()) throw new IllegalArgumentException("a duration cannot be negative");
      return sum;
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(ADVICE, e);
    }
  }

  private static Duration sum(String text) {
    Duration sum = Duration.ZERO;
    int at = 0;
    do {
      int number = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
      long count = Long.parseLong(text, number, at, 10);
      int unit = at;
      while (at < text.length() && Character.isLetter(text.charAt(at))) at++;
      Duration length = UNITS.get(text.substring(unit, at));
      if (length == null) throw new IllegalArgumentException(ADVICE);
      sum = sum.plus(length.multipliedBy(count));
      while (at < text.length() && text.charAt(at) == ' ') at++;
    } while (at < text.length());
    return sum;
  }

  /// The largest unit that needs no fraction; [#parse] reads it back.
  static String show(Duration duration) {
    if (duration.isZero()) return "0s";
    for (var unit : UNITS.entrySet()) {
      long count = duration.dividedBy(unit.getValue());
      if (unit.getValue().multipliedBy(count).equals(duration)) return count + unit.getKey();
    }
    return duration.toString();
  }
}
