package io.tarn.request;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Dates of HTTP (RFC 9110 §5.6.7) and of S3's documents, without a formatter: these stand on the
/// path of every request and of every key of a listing.
public final class HttpDate {
  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private HttpDate() {}

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  public static String format(Instant instant) {
    long second = instant.getEpochSecond();
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(second, 86_400L));
    int ofDay = (int) Math.floorMod(second, 86_400L);
    var text = new StringBuilder(29);
    int weekday = (day.getDayOfWeek().getValue() - 1) * 3;
    text.append(DAYS, weekday, weekday + 3).append(", ");
    two(text, day.getDayOfMonth()).append(' ');
    int month = (day.getMonthValue() - 1) * 3;
    text.append(MONTHS, month, month + 3).append(' ');
    two(text, day.getYear() / 100);
    two(text, day.getYear() % 100).append(' ');
    two(text, ofDay / 3600).append(':');
    two(text, ofDay / 60 % 60).append(':');
    return two(text, ofDay % 60).append(" GMT").toString();
  }

  private static StringBuilder two(StringBuilder text, int number) {
    return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  /// The time a date means, in any of the three forms of RFC 9110; null when it is none.
  public static @Nullable Instant parse(String text) {
    // The numbers and words in order, whatever stands between them, tell all three forms apart.
    String[] words = new String[8];
    int n = 0;
    int length = Math.min(text.length(), 64);
    for (int i = 0, start = -1; i <= length; i++) {
      boolean inWord = i < length && Character.isLetterOrDigit(text.charAt(i));
      if (inWord && start < 0) start = i;
      if (!inWord && start >= 0) {
        if (n == words.length) return null;
        words[n++] = text.substring(start, i);
        start = -1;
      }
    }
    if (n == 8 && words[7].equals("GMT")) return time(words[3], words[2], words[1], words, 4);
    return n == 7 ? time(words[6], words[1], words[2], words, 3) : null;
  }

  private static @Nullable Instant time(
      String year, String month, String day, String[] words, int hour) {
    int monthIndex = MONTHS.indexOf(capital(month));
    int y = number(year, 4);
    if (month.length() != 3 || monthIndex < 0 || monthIndex % 3 != 0 || y < 0) return null;
    if (year.length() == 2) y += y < 70 ? 2000 : 1900;
    try {
      return LocalDateTime.of(
              y,
              monthIndex / 3 + 1,
              number(day, 2),
              number(words[hour], 2),
              number(words[hour + 1], 2),
              number(words[hour + 2], 2))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// Of at most so many digits; -1, which no date has, when it is none.
  private static int number(String word, int digits) {
    return word.length() > digits ? -1 : (int) Numbers.parse(word);
  }

  private static String capital(String month) {
    return month.substring(0, 1).toUpperCase(Locale.ROOT)
        + month.substring(1).toLowerCase(Locale.ROOT);
  }
}
