package io.tarn.observe;

/// Keeps text from clients from pretending to be something else on a terminal: control characters
/// are shown as `\xNN`, and a line break in a message is indented, so that no message can forge a
/// line.
final class HumanLine {
  private static final String HEX = "0123456789abcdef";

  private HumanLine() {}

  static String oneLine(CharSequence text) {
    return clean(text, false);
  }

  static String indented(CharSequence text) {
    return clean(text, true);
  }

  private static String clean(CharSequence text, boolean breaks) {
    int dirty = 0;
    while (dirty < text.length() && !control(text.charAt(dirty))) dirty++;
    if (dirty == text.length()) return text.toString();
    StringBuilder clean = new StringBuilder(text.length() + 16).append(text, 0, dirty);
    for (int i = dirty; i < text.length(); i++) {
      char c = text.charAt(i);
      if (breaks && c == '\n') {
        clean.append("\n    ");
      } else if (control(c)) {
        clean.append("\\x").append(HEX.charAt((c >> 4) & 15)).append(HEX.charAt(c & 15));
      } else {
        clean.append(c);
      }
    }
    return clean.toString();
  }

  private static boolean control(char c) {
    return c < ' ' || (c >= 0x7f && c < 0xa0);
  }
}
