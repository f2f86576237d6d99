package io.tarn.index;

import io.tarn.store.StoreFailure;
import io.tarn.store.Version;

/// Version ids: the token in 13 digits of base 32 (RFC 4648 §7, lower case), so their text order is
/// the order of the tokens.
final class VersionIds {
  private static final int DIGITS = 13;
  static final String ALPHABET = "0123456789abcdefghijklmnopqrstuv";

  private VersionIds() {}

  static Version version(ObjectRow row) {
    return row.isNull() ? Version.NULL : new Version(text(row.token()));
  }

  static String text(long token) {
    char[] digits = new char[DIGITS];
    for (int i = DIGITS - 1; i >= 0; i--, token >>>= 5) {
      digits[i] = ALPHABET.charAt((int) token & 31);
    }
    return new String(digits);
  }

  /// The token of a version id, which is neither latest nor null. Fails with [StoreFailure.Invalid]
  /// when it is none of ours.
  static long token(Version version) {
    long token = token(version.text());
    if (token <= 0) {
      throw new StoreFailure.Invalid(StoreFailure.Reason.ARGUMENT, "Invalid version id specified")
          .with("ArgumentName", "versionId")
          .with("ArgumentValue", version);
    }
    return token;
  }

  /// The token, or 0 when the text is none.
  static long token(String text) {
    if (text.length() != DIGITS || text.charAt(0) > '7') return 0;
    long token = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) return 0;
      token = token << 5 | digit;
    }
    return token;
  }
}
