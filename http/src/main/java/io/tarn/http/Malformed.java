package io.tarn.http;

/// A request that breaks the protocol. Answered by the renderer and never seen by the handler.
final class Malformed extends Exception {
  private final int status;
  private final String reason;

  /// - `reason`: a sentence for the client, without bytes of the request
  Malformed(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
    this.reason = reason;
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }
}
