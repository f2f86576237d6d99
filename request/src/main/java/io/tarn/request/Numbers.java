package io.tarn.request;

/// Decimal numbers of requests, within bounds.
public final class Numbers {
  private Numbers() {}

  /// @throws S3Failure when `text` is no decimal number from `least` to `most`
  public static int between(String text, int least, int most, String name) {
    long value = parse(text);
    if (value < least || value > most) {
      throw S3Failure.argument(
          "Argument %s must be an integer between %d and %d".formatted(name, least, most),
          name,
          abbreviated(text));
    }
    return (int) value;
  }

  /// A number from 0; absent or empty means `fallback`, and anything beyond `most` means `most`.
  public static int limit(Query query, String name, int fallback, int most) {
    String text = query.text(name);
    if (text.isEmpty()) return fallback;
    long value = parse(text);
    if (value < 0) {
      throw S3Failure.argument(
          "Argument %s must be an integer between 0 and %d".formatted(name, Integer.MAX_VALUE),
          name,
          abbreviated(text));
    }
    return (int) Math.min(value, most);
  }

  /// The value, or -1 when it is no decimal number or beyond an int.
  public static long parse(String text) {
    if (text.isEmpty() || text.length() > 10) return -1;
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value > Integer.MAX_VALUE ? -1 : value;
  }

  /// A byte position: anything beyond a long is as far as a long goes. -1 when it is no number.
  public static long position(String text, int from, int to) {
    if (from == to) return -1;
    long value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') return -1;
      value = value > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE - 9 : value * 10 + (c - '0');
    }
    return value;
  }

  public static String abbreviated(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64);
  }
}
