package io.tarn.s3;

/// Headers of which a request has one: two of them are two opinions about what was signed, and a
/// front of ours may have followed the other.
final class Singleton {
  private Singleton() {}

  /// The value without surrounding blanks; empty when the header did not come.
  static String header(RequestHeaders headers, String name) {
    String value = null;
    for (int i = 0, size = headers.size(); i < size; i++) {
      if (!name.equalsIgnoreCase(headers.name(i))) continue;
      if (value != null)
        throw new S3Failure(S3Error.INVALID_REQUEST, "More than one " + name + " header.");
      value = headers.value(i);
    }
    return value == null ? "" : value.strip();
  }
}
