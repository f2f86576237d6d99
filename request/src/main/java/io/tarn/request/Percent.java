package io.tarn.request;

import io.tarn.store.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Percent-encoding (RFC 3986 §2.1) over UTF-8. Decoding is strict: a bad escape, bytes that are
/// not UTF-8 and NUL are refused, never repaired, so that no two spellings of different keys meet.
public final class Percent {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Percent() {}

  /// Decodes once. `text` has one char per byte. With `plusIsSpace`, `+` stands for a space, as in
  /// a query.
  ///
  /// @throws IllegalArgumentException when that is not the encoding of UTF-8 text without NUL
  public static String decode(String text, boolean plusIsSpace) {
    int length = text.length();
    int i = 0;
    while (i < length && isPlain(text.charAt(i), plusIsSpace)) i++;
    return i == length ? text : decodeFrom(text, i, plusIsSpace);
  }

  private static boolean isPlain(char c, boolean plusIsSpace) {
    return c != '%' && c > 0 && c < 0x80 && !(plusIsSpace && c == '+');
  }

  private static String decodeFrom(String text, int start, boolean plusIsSpace) {
    int length = text.length();
    byte[] bytes = new byte[length];
    int n = 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (i >= start && c == '%') {
        if (i + 2 >= length) throw new IllegalArgumentException("an escape that is cut off");
        c = (char) (hex(text.charAt(i + 1)) << 4 | hex(text.charAt(i + 2)));
        i += 2;
      } else if (plusIsSpace && c == '+') {
        c = ' ';
      }
      if (c == 0) throw new IllegalArgumentException("a NUL");
      if (c > 0xFF) throw new IllegalArgumentException("not a byte");
      bytes[n++] = (byte) c;
    }
    return Key.decode(Arrays.copyOf(bytes, n));
  }

  private static int hex(char c) {
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) throw new IllegalArgumentException("an escape that is not hexadecimal");
    return digit;
  }

  /// Encodes all but the unreserved characters of RFC 3986, and `/` where `keepSlash` says so: the
  /// `UriEncode` of Signature Version 4, and what `encoding-type=url` answers with.
  public static String encode(String text, boolean keepSlash) {
    int i = 0;
    while (i < text.length() && isUnreserved(text.charAt(i), keepSlash)) i++;
    if (i == text.length()) return text;
    var encoded = new StringBuilder(text.length() + 16);
    encode(text, keepSlash, encoded);
    return encoded.toString();
  }

  /// As [#encode(String, boolean)], appending.
  public static void encode(String text, boolean keepSlash, StringBuilder to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      char c = (char) (b & 0xFF);
      if (isUnreserved(c, keepSlash)) {
        to.append(c);
      } else {
        to.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
  }

  public static boolean isUnreserved(char c, boolean keepSlash) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~'
        || (keepSlash && c == '/');
  }
}
