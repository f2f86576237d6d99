package io.tarn.http;

/// The client of this request can no longer be heard or answered: it disconnected, stalled, or sent
/// a malformed body. The connection is closed. An expected event, therefore without a stack trace.
public final class ClientGone extends RuntimeException {
  private final String reason;

  public ClientGone(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
