package io.tarn.credentials;

/// Keys could not be had from where they should come from. The message says why and what to change;
/// it is for administrators: it may name files and addresses, and has no secret.
@SuppressWarnings("serial") // never serialised
public final class CredentialsFailure extends RuntimeException {
  public CredentialsFailure(String message) {
    super(message, null, false, false);
  }

  /// Of the cause only the kind is told: what it says may have in it what was read.
  static CredentialsFailure because(String message, Throwable cause) {
    return new CredentialsFailure(message + ": " + cause.getClass().getSimpleName());
  }

  /// Where a bug is, without its words.
  static String place(Throwable bug) {
    StackTraceElement[] trace = bug.getStackTrace();
    return bug.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }
}
