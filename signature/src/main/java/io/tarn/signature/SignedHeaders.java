package io.tarn.signature;

import io.tarn.request.Numbers;
import io.tarn.request.S3Failure;
import io.tarn.signature.Proof.Form;

/// The names of the headers that a signature covers, as the signer listed them, parted by
/// semicolons: in lower case, each once, in ascending order, as Signature Version 4 asks. A name
/// listed a thousand times would bring its value into the signed text a thousand times.
record SignedHeaders(String text) {
  /// More than a request with all the metadata that S3 allows has.
  static final int MOST = 256;

  /// @throws S3Failure when this is no such list
  static SignedHeaders parse(String text, Form form) {
    int count = 0;
    String before = "";
    for (int start = 0, end; start <= text.length(); start = end + 1) {
      end = endOf(text, start);
      if (++count > MOST) {
        throw CredentialScope.malformed(
            form, "the SignedHeaders list more than " + MOST + " names.");
      }
      String name = text.substring(start, end);
      if (name.isEmpty()) {
        throw CredentialScope.malformed(form, "the SignedHeaders hold an empty name.");
      }
      if (hasCapital(name)) {
        throw malformed(form, "the SignedHeaders must be in lower case, and this is not: ", name);
      }
      int order = before.compareTo(name);
      if (order == 0) {
        throw malformed(form, "the SignedHeaders must list a name once, and not again: ", name);
      }
      if (order > 0) {
        throw malformed(form, "the SignedHeaders must be in ascending order, and not here: ", name);
      }
      before = name;
    }
    return new SignedHeaders(text);
  }

  private static S3Failure malformed(Form form, String how, String name) {
    return CredentialScope.malformed(form, how + Numbers.abbreviated(name));
  }

  private static boolean hasCapital(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') return true;
    }
    return false;
  }

  static int endOf(String text, int start) {
    int end = text.indexOf(';', start);
    return end < 0 ? text.length() : end;
  }

  /// Whether `name` is among them, without regard to case.
  boolean has(String name) {
    for (int start = 0, end; start <= text.length(); start = end + 1) {
      end = endOf(text, start);
      if (end - start == name.length() && text.regionMatches(true, start, name, 0, name.length())) {
        return true;
      }
    }
    return false;
  }
}
