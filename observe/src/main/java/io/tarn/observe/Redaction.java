package io.tarn.observe;

import java.util.List;
import java.util.Locale;

/// Takes what would let a reader of the log repeat a request out of a raw request target: values of
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

  /// The same object if there is nothing to hide.
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
        int keep = kept(target.substring(at, value - 1), target, value, end);
        if (keep >= 0) {
          if (clean == null) clean = new StringBuilder(target.length());
          clean.append(target, copied, value).append(STARS);
          copied = keep;
        }
      }
      at = end + 1;
    }
    return clean == null ? target : clean.append(target, copied, target.length()).toString();
  }

  /// Where the part of the value that may stay begins, or -1 if all may.
  private static int kept(String rawName, String target, int value, int end) {
    var name = decoded(rawName).toLowerCase(Locale.ROOT);
    if (HIDDEN.contains(name)) return end;
    if (!name.equals(CREDENTIAL)) return -1;
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
