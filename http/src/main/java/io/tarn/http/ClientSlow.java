package io.tarn.http;

/// The client did not send the whole body in the time that the handler gave it. It can still be
/// answered. An expected event, therefore without a stack trace.
public final class ClientSlow extends RuntimeException {
  public ClientSlow(String reason) {
    super(reason, null, false, false);
  }
}
