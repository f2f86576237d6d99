package io.tarn.request;

import java.util.List;

/// A request that ends with an S3 error. Everyday business, so without a stack trace. The message
/// and the details go to the client: they hold nothing it did not send or may not know.
@SuppressWarnings("serial") // never serialised
public final class S3Failure extends RuntimeException {
  /// The detail that says how long the object of an unsatisfiable range is.
  public static final String ACTUAL_SIZE = "ActualObjectSize";

  private final S3Error error;
  private final List<Detail> details;

  /// A further element of the error document, such as `ArgumentName`.
  public record Detail(String name, String value) {}

  public S3Failure(S3Error error) {
    this(error, error.message());
  }

  public S3Failure(S3Error error, String message, Detail... details) {
    super(message, null, false, false);
    this.error = error;
    this.details = List.of(details);
  }

  /// An argument (query parameter or header) whose value cannot be.
  public static S3Failure argument(String message, String name, String value) {
    return new S3Failure(
        S3Error.INVALID_ARGUMENT,
        message,
        new Detail("ArgumentName", name),
        new Detail("ArgumentValue", value));
  }

  /// A range that has nothing in an object of `size` bytes.
  public static S3Failure range(String requested, long size) {
    return new S3Failure(
        S3Error.INVALID_RANGE,
        S3Error.INVALID_RANGE.message(),
        new Detail("RangeRequested", Numbers.abbreviated(requested)),
        new Detail(ACTUAL_SIZE, Long.toString(size)));
  }

  /// The detail of this name, empty when there is none.
  public String detail(String name) {
    for (Detail detail : details) {
      if (detail.name().equals(name)) return detail.value();
    }
    return "";
  }

  /// A header that asks for what is not there.
  public static S3Failure notImplemented(String header) {
    return new S3Failure(
        S3Error.NOT_IMPLEMENTED,
        "A header you provided implies functionality that is not implemented: " + header,
        new Detail("Header", header));
  }

  public S3Error error() {
    return error;
  }

  public List<Detail> details() {
    return details;
  }

  /// The message; never null here.
  public String text() {
    String message = getMessage();
    return message == null ? error.message() : message;
  }
}
