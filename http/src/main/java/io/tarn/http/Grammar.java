package io.tarn.http;

/// The character classes of RFC 9110 §5.6.2 and §5.5 and RFC 9112 §3.2.
final class Grammar {
  private static final int TOKEN = 1;
  private static final int FIELD = 2;
  private static final int TARGET = 4;
  private static final byte[] CLASSES = classes();

  private Grammar() {}

  static boolean isTokenChar(int c) {
    return c < 256 && (CLASSES[c] & TOKEN) != 0;
  }

  /// Allowed inside a field value: visible ASCII, space, tab and all bytes above 127.
  static boolean isFieldChar(int c) {
    return c < 256 && (CLASSES[c] & FIELD) != 0;
  }

  /// Allowed in a request target: everything but space and control characters. Much of it is no
  /// valid URI, and is the application's to refuse with an error of its own.
  static boolean isTargetChar(int c) {
    return c < 256 && (CLASSES[c] & TARGET) != 0;
  }

  /// The value of a hexadecimal digit, or -1.
  static int hex(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static byte[] classes() {
    var classes = new byte[256];
    for (var c = 0; c < 256; c++) {
      boolean letterOrDigit =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean token = letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      boolean target = c > 0x20 && c != 0x7f;
      boolean field = target || c == ' ' || c == '\t';
      classes[c] = (byte) ((token ? TOKEN : 0) | (field ? FIELD : 0) | (target ? TARGET : 0));
    }
    return classes;
  }
}
