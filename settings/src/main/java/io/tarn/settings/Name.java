package io.tarn.settings;

import java.util.Locale;

/// What an entry of a map of settings is called: 1 to 63 lower-case letters, digits and dashes, the
/// first and the last of them no dash. In a variable of the environment it is in upper case, with
/// `_` for `-`.
public record Name(String text) implements Comparable<Name> {
  private static final int MAX_LENGTH = 63;

  static final String RULE =
      "a name is made of lower-case letters, digits and dashes, at most 63, with no dash at either"
          + " end";

  public Name {
    if (!isName(text)) throw new IllegalArgumentException(RULE);
  }

  static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) return false;
    if (text.startsWith("-") || text.endsWith("-")) return false;
    return text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }

  /// The name that a part of a variable stands for, if it is one.
  static String ofVariable(String part) {
    return part.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public int compareTo(Name other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
