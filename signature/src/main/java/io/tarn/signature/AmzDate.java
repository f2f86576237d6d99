package io.tarn.signature;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// The ISO 8601 basic form of Signature Version 4: `20130524T000000Z`.
final class AmzDate {
  private static final int LENGTH = 16;

  private AmzDate() {}

  /// Null when it is not of that form or not a date.
  static @Nullable Instant parse(String text) {
    if (text.length() != LENGTH || text.charAt(8) != 'T' || text.charAt(15) != 'Z') return null;
    int year = number(text, 0, 4);
    int month = number(text, 4, 6);
    int day = number(text, 6, 8);
    int hour = number(text, 9, 11);
    int minute = number(text, 11, 13);
    int second = number(text, 13, 15);
    if ((year | month | day | hour | minute | second) < 0) return null;
    try {
      return LocalDateTime.of(year, month, day, hour, minute, second).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// The `Date` header (RFC 9110 §5.6.7), or null; clients that sign it send no `x-amz-date`.
  static @Nullable Instant parseHttpDate(String text) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
    } catch (DateTimeParseException e) {
      return parse(text);
    }
  }

  static boolean isDay(String text) {
    return text.length() == 8 && number(text, 0, 8) >= 0;
  }

  static String format(Instant time) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    char[] text = new char[LENGTH];
    digits(text, 0, 4, utc.getYear());
    digits(text, 4, 6, utc.getMonthValue());
    digits(text, 6, 8, utc.getDayOfMonth());
    text[8] = 'T';
    digits(text, 9, 11, utc.getHour());
    digits(text, 11, 13, utc.getMinute());
    digits(text, 13, 15, utc.getSecond());
    text[15] = 'Z';
    return new String(text);
  }

  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  private static void digits(char[] text, int from, int to, int value) {
    for (int i = to - 1; i >= from; i--, value /= 10) text[i] = (char) ('0' + value % 10);
  }
}
