package io.tarn.bench;

/// A reply that is not HTTP/1.1 as this client understands it, or that ended too early.
final class BrokenReply extends RuntimeException {
  private static final long serialVersionUID = 1;

  BrokenReply(String message) {
    super(message, null, false, false);
  }
}
