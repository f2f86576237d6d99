package io.tarn.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.SortedMap;

/// URL text as S3 signs it: everything but RFC 3986's unreserved characters is percent-encoded, in
/// upper case.
final class UrlText {
  private static final String DIGITS = "0123456789ABCDEF";

  private UrlText() {}

  /// The path with its slashes kept.
  static String path(String plain) {
    return encode(plain, true);
  }

  /// `name=value` pairs in the map's order, joined by `&`.
  static String query(SortedMap<String, String> parameters) {
    var out = new StringBuilder(320);
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      if (!out.isEmpty()) out.append('&');
      out.append(encode(parameter.getKey(), false))
          .append('=')
          .append(encode(parameter.getValue(), false));
    }
    return out.toString();
  }

  private static String encode(String plain, boolean keepSlashes) {
    if (isPlain(plain, keepSlashes)) return plain;
    var out = new StringBuilder(plain.length() + 16);
    for (byte b : plain.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      if (passes(c, keepSlashes)) {
        out.append(c);
      } else {
        out.append('%').append(DIGITS.charAt(c >> 4)).append(DIGITS.charAt(c & 15));
      }
    }
    return out.toString();
  }

  private static boolean isPlain(String text, boolean keepSlashes) {
    for (int i = 0; i < text.length(); i++) {
      if (!passes(text.charAt(i), keepSlashes)) return false;
    }
    return true;
  }

  private static boolean passes(char c, boolean keepSlashes) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == '~'
        || (keepSlashes && c == '/');
  }
}
