package io.tarn.console;

import io.tarn.catalog.Refused;
import io.tarn.identity.MalformedPolicy;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.store.StoreFailure;

/// An admin request that is refused. The message goes to whoever asked and says what to do; it
/// holds no secret.
@SuppressWarnings("serial") // never serialised
final class AdminFailure extends RuntimeException {
  private final int status;
  private final String code;
  private final String text;

  AdminFailure(int status, String code, String text) {
    super(text, null, false, false);
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

  static AdminFailure tooLarge(long limit) {
    return new AdminFailure(
        413, "TooLarge", "The body is longer than " + limit + " bytes (console.body-limit).");
  }

  static AdminFailure of(S3Failure failure) {
    return new AdminFailure(failure.error().status(), failure.error().code(), failure.text());
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
        ours ? error.message() : String.valueOf(failure.getMessage()));
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
}
