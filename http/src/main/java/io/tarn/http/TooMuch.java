package io.tarn.http;

/// The client has so many bytes of replies to take that this one cannot be prepared too. Nothing of
/// it was sent: a short answer is still possible. An expected event, therefore without a stack
/// trace.
public final class TooMuch extends RuntimeException {
  private final String reason;

  TooMuch(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
