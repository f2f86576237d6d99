package io.tarn.console;

import io.tarn.catalog.Refused;
import io.tarn.identity.MalformedPolicy;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.StoreFailure;

/// An admin request that is refused. The message goes to whoever asked and says what to do; it
/// holds no secret.
@SuppressWarnings("serial") // never serialised
final class AdminFailure extends RuntimeException {
  private final int status;
  private final String code;
  private final String text;
  private final long retryAfter;

  AdminFailure(int status, String code, String text) {
    this(status, code, text, 0);
  }

  private AdminFailure(int status, String code, String text, long retryAfter) {
    super(text, null, false, false);
    this.retryAfter = retryAfter;
    this.status = status;
    this.code = code;
    this.text = text;
  }

  static AdminFailure invalid(String text) {
    return new AdminFailure(400, "InvalidRequest", text);
  }

  static AdminFailure notFound(String what) {
    return new AdminFailure(404, "NotFound", what);
  }

  static AdminFailure conflict(String code, String text) {
    return new AdminFailure(409, code, text);
  }

  static AdminFailure denied(String action) {
    return new AdminFailure(
        403, "AccessDenied", "These credentials are not allowed " + action + ".");
  }

  static AdminFailure methodNotAllowed(String method) {
    return new AdminFailure(
        405, "MethodNotAllowed", "There is nothing to " + method + " under this path.");
  }

  /// Something there is a bounded amount of is used up; it is worth trying again.
  static AdminFailure slowDown(String text, long seconds) {
    return new AdminFailure(503, "SlowDown", text, seconds);
  }

  static AdminFailure tooLarge(long limit) {
    return new AdminFailure(
        413, "TooLarge", "The body is longer than " + limit + " bytes (console.body-limit).");
  }

  static AdminFailure of(S3Failure failure) {
    S3Error error = failure.error();
    return new AdminFailure(error.status(), error.code(), failure.text(), retryAfter(error));
  }

  static AdminFailure of(MalformedPolicy failure) {
    return new AdminFailure(400, "MalformedPolicy", String.valueOf(failure.getMessage()));
  }

  static AdminFailure of(Refused refused) {
    String text = String.valueOf(refused.getMessage());
    return switch (refused.why()) {
      case UNKNOWN -> notFound(text);
      case TAKEN -> conflict("Taken", text);
      case INVALID -> invalid(text);
      case TOO_MANY -> conflict("TooMany", text);
      case IN_USE -> conflict("InUse", text);
    };
  }

  static AdminFailure of(StoreFailure failure) {
    S3Error error = S3Error.of(failure);
    boolean ours = error.status() == 500; // what is in there may name paths
    return new AdminFailure(
        error.status(),
        error.code(),
        ours ? error.message() : String.valueOf(failure.getMessage()),
        retryAfter(error));
  }

  private static long retryAfter(S3Error error) {
    return error == S3Error.SLOW_DOWN ? 1 : 0;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String text() {
    return text;
  }

  /// Seconds to wait before trying again; 0 when nothing is said of it.
  long retryAfter() {
    return retryAfter;
  }
}
