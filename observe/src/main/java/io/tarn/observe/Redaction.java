package io.tarn.observe;

import java.util.List;
import java.util.Locale;

/// Takes what would let a reader of the log repeat a request out of what is logged: values of
/// signature, token and credential parameters become `***`. Of a credential the scope stays, it
/// says which day and region was signed for. A name counts as the server would decode it, whatever
/// its case.
final class Redaction {
  private static final String STARS = "***";
  private static final String CREDENTIAL = "x-amz-credential";
  private static final List<String> HIDDEN =
      List.of(
          "x-amz-signature",
          "x-amz-security-token",
          "signature",
          "awsaccesskeyid",
          "authorization");

  /// No parameter that matters is longer, even if every letter is percent-encoded.
  private static final int LONGEST_NAME = 3 * 20;

  private Redaction() {}

  /// Of any text, which may quote a target or an `Authorization` header anywhere: what the server
  /// logs of its own accord, and the messages of exceptions. A value ends at `&` or white space.
  static String inText(String text) {
    StringBuilder clean = null;
    int copied = 0;
    for (int equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', equals + 1)) {
      String name = nameBefore(text, equals);
      // Within what was hidden nothing is looked for, nor is the end of what is not to be hidden.
      if (equals < copied || !isHidden(name)) continue;
      int end = equals + 1;
      while (end < text.length() && !endsValue(text.charAt(end))) end++;
      if (end == equals + 1) continue;
      int keep = kept(name, text, equals + 1, end);
      if (clean == null) clean = new StringBuilder(text.length());
      clean.append(text, copied, equals + 1).append(STARS);
      copied = keep;
    }
    return clean == null ? text : clean.append(text, copied, text.length()).toString();
  }

  private static boolean endsValue(char c) {
    return c == '&' || Character.isWhitespace(c);
  }

  private static String nameBefore(String text, int equals) {
    int start = equals;
    while (start > 0 && equals - start < LONGEST_NAME && isOfName(text.charAt(start - 1))) start--;
    return text.substring(start, equals);
  }

  private static boolean isOfName(char c) {
    return c == '-' || c == '%' || c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
  }

  /// Of a raw request target, whose path may say what it likes. The same object if there is nothing
  /// to hide.
  static String of(String target) {
    int query = target.indexOf('?');
    if (query < 0) return target;
    StringBuilder clean = null;
    int copied = 0;
    for (int at = query + 1; at < target.length(); ) {
      int end = target.indexOf('&', at);
      if (end < 0) end = target.length();
      int value = target.indexOf('=', at) + 1;
      if (value > at && value < end && value - 1 - at <= LONGEST_NAME) {
        String name = target.substring(at, value - 1);
        if (isHidden(name)) {
          if (clean == null) clean = new StringBuilder(target.length());
          clean.append(target, copied, value).append(STARS);
          copied = kept(name, target, value, end);
        }
      }
      at = end + 1;
    }
    return clean == null ? target : clean.append(target, copied, target.length()).toString();
  }

  private static boolean isHidden(String rawName) {
    return HIDDEN.contains(lowerCase(rawName)) || isCredential(rawName);
  }

  private static boolean isCredential(String rawName) {
    return lowerCase(rawName).equals(CREDENTIAL);
  }

  private static String lowerCase(String rawName) {
    return decoded(rawName).toLowerCase(Locale.ROOT);
  }

  /// Where the part that may stay of the value of a hidden name begins.
  private static int kept(String rawName, String target, int value, int end) {
    if (!isCredential(rawName)) return end;
    for (int i = value; i < end; i++) {
      if (target.charAt(i) == '/' || target.regionMatches(true, i, "%2F", 0, 3)) return i;
    }
    return end;
  }

  private static String decoded(String name) {
    if (name.indexOf('%') < 0) return name;
    var decoded = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      int high = c == '%' && i + 2 < name.length() ? Character.digit(name.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(name.charAt(i + 2), 16);
      decoded.append(low < 0 ? c : (char) ((high << 4) | low));
      if (low >= 0) i += 2;
    }
    return decoded.toString();
  }
}
