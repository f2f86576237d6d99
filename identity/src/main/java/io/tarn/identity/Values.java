package io.tarn.identity;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/// Reads the numbers and dates of conditions, on both sides of the comparison.
final class Values {
  private static final int LONGEST_NUMBER = 30;

  private Values() {}

  /// Digits with an optional sign and point. No exponents: `1e999999` would cost what it says.
  static Optional<BigDecimal> number(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NUMBER) return Optional.empty();
    boolean digit = false;
    boolean point = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digit = true;
      } else if (c == '.' && !point) {
        point = true;
      } else if (c != '-' || i > 0) {
        return Optional.empty();
      }
    }
    return digit ? Optional.of(new BigDecimal(text)) : Optional.empty();
  }

  /// ISO 8601 with a zone, a date alone (its midnight, UTC), or seconds since 1970.
  static Optional<Instant> date(String text) {
    try {
      if (text.indexOf('T') > 0) return Optional.of(OffsetDateTime.parse(text).toInstant());
      Optional<BigDecimal> seconds = number(text);
      if (seconds.isPresent()) return Optional.of(Instant.ofEpochSecond(whole(seconds.get())));
      return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static long whole(BigDecimal seconds) {
    return seconds.longValueExact();
  }
}
