package io.tarn.catalog;

import io.tarn.settings.Secret;

/// The limits of names and texts. Breaking one is an [IllegalArgumentException] inside a record or
/// setting, and [Refused] through the catalog.
final class Names {
  private static final String MARKS = "+=,.@_-"; // as IAM allows in names
  private static final int LONGEST_SECRET = 128;

  private Names() {}

  static void checkTenant(String name) {
    check(name, "tenant name", 1, 64, MARKS);
  }

  static void checkUser(String name) {
    check(name, "user name", 1, 64, MARKS);
  }

  static void checkPolicy(String name) {
    check(name, "policy name", 1, 128, MARKS);
  }

  /// No `=`, `,` and `/`: they have a meaning in the header that carries an access key.
  static void checkAccessKey(String id) {
    check(id, "access key", 3, 128, "+.@_-");
  }

  static void checkSecret(Secret secret) {
    int length = secret.reveal().length();
    if (length < 8 || length > LONGEST_SECRET) {
      throw new IllegalArgumentException("a secret key has 8 to " + LONGEST_SECRET + " characters");
    }
    if (secret.reveal().chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException("a secret key is printable ASCII without spaces");
    }
  }

  /// A free text such as a display name, possibly empty.
  static void checkText(String text, String what, int longest) {
    if (text.length() > longest) {
      throw new IllegalArgumentException(what + " is longer than " + longest + " characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(what + " contains a control character");
    }
  }

  static void checkEmail(String email) {
    checkText(email, "email", 254);
    if (!email.isEmpty() && email.indexOf('@') < 1) {
      throw new IllegalArgumentException("not an email address");
    }
  }

  private static void check(String name, String what, int shortest, int longest, String marks) {
    if (name.length() < shortest || name.length() > longest) {
      throw new IllegalArgumentException(
          "%s has %d to %d characters".formatted(what, shortest, longest));
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && marks.indexOf(c) < 0) {
        throw new IllegalArgumentException(
            what + " is made of letters, digits and " + marks + " only");
      }
    }
  }
}
