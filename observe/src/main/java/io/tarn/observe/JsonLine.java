package io.tarn.observe;

/// Builds one JSON object on one line. Empty texts are left out. Lone surrogates are escaped, so
/// any Java string survives.
final class JsonLine {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder json = new StringBuilder(256).append('{');

  JsonLine text(String name, String value) {
    if (value.isEmpty()) return this;
    name(name);
    json.append('"');
    escape(json, value);
    json.append('"');
    return this;
  }

  JsonLine number(String name, long value) {
    name(name);
    json.append(value);
    return this;
  }

  String end() {
    return json.append('}').toString();
  }

  private void name(String name) {
    if (json.length() > 1) json.append(',');
    json.append('"').append(name).append("\":");
  }

  static void escape(StringBuilder json, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (Character.isHighSurrogate(c)
              && i + 1 < value.length()
              && Character.isLowSurrogate(value.charAt(i + 1))) {
            json.append(c).append(value.charAt(++i));
          } else if (mustEscape(c)) {
            unicode(json, c);
          } else {
            json.append(c);
          }
        }
      }
    }
  }

  /// Beyond what JSON demands: DEL and C1 controls act on terminals, U+2028 and U+2029 end lines in
  /// some readers.
  private static boolean mustEscape(char c) {
    return c < ' '
        || (c >= 0x7f && c < 0xa0)
        || c == '\u2028'
        || c == '\u2029'
        || Character.isSurrogate(c);
  }

  private static void unicode(StringBuilder json, char c) {
    json.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) json.append(HEX.charAt((c >> shift) & 15));
  }
}
