package io.tarn.upstream;

/// An answer of an origin that is none of S3. The message says what is wrong with it.
final class UnreadableAnswer extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnreadableAnswer(String message) {
    super(message, null, false, false);
  }
}
