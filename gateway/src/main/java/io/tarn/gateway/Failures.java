package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.request.HttpDate;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Failure.Detail;
import io.tarn.s3.ErrorDocument;
import io.tarn.store.ObjectHead;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns failures into answers.
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private static final String CHANGED =
      "The object changed at its origin while it was read. Please try again.";
  private static final String DENIED =
      "The origin of the bucket refuses this server, which is no fault of the request. The operator"
          + " of the server has to look.";
  private static final String FAILED =
      "The origin of the bucket failed, or cannot be used as it is set up. Please try again; the"
          + " operator of the server can read more in its log.";
  private static final String THROTTLED =
      "The origin of the bucket wants fewer requests. Please reduce your request rate.";
  private static final String UNKNOWN =
      "It is not known whether this was done. Please read again before you try again.";
  private static final String UNREACHABLE =
      "The origin of the bucket cannot be reached: %s. Please try again.";

  private Failures() {}

  /// What a failure of the store is to the client. Details of our insides stay in the log.
  static S3Failure of(StoreFailure failure, String method) {
    S3Error error = S3Error.of(failure);
    return switch (failure) {
      case StoreFailure.NoSuchKey e ->
          new S3Failure(error, error.message(), new Detail("Key", e.key().text()));
      case StoreFailure.NoSuchVersion e ->
          new S3Failure(
              error,
              error.message(),
              new Detail("Key", e.key().text()),
              new Detail("VersionId", e.version().text()));
      case StoreFailure.NoSuchUpload e ->
          new S3Failure(error, error.message(), new Detail("UploadId", e.upload().text()));
      case StoreFailure.NoSuchRange e ->
          new S3Failure(
              error, error.message(), new Detail(S3Failure.ACTUAL_SIZE, Long.toString(e.size())));
      case StoreFailure.NoSuchPart e ->
          new S3Failure(
              error,
              error.message(),
              new Detail("ActualPartCount", Integer.toString(e.parts())),
              new Detail("PartNumberRequested", Integer.toString(e.number())));
      case StoreFailure.Invalid e -> new S3Failure(error, words(e, error), details(e));
      case StoreFailure.ConditionFailed e ->
          new S3Failure(error, error.message(), new Detail("Condition", name(e)));
      case StoreFailure.DeleteMarkerMet e when !e.latest() ->
          new S3Failure(
              error,
              error.message(),
              new Detail("Method", method),
              new Detail("ResourceType", "DeleteMarker"));
      case StoreFailure.Unresponsive e -> new S3Failure(error, text(e, error));
      case StoreFailure.Unsupported e -> new S3Failure(error, e.getMessage() + ".");
      case StoreFailure.InOtherRegion e ->
          new S3Failure(error, error.message(), new Detail("Bucket", e.bucket().name().text()));
      case StoreFailure.NoSuchBucket _,
          StoreFailure.DeleteMarkerMet _,
          StoreFailure.BucketExists _,
          StoreFailure.BucketNotEmpty _,
          StoreFailure.NotPermitted _,
          StoreFailure.NotModified _,
          StoreFailure.Interrupted _,
          StoreFailure.Conflict _,
          StoreFailure.Overloaded _ ->
          new S3Failure(error);
      case StoreFailure.OriginThrottled _ -> new S3Failure(error, THROTTLED);
      case StoreFailure.OriginChanged _ -> new S3Failure(error, CHANGED);
      case StoreFailure.Archived e -> new S3Failure(error, error.message(), archived(e));
      case StoreFailure.OriginDenied e -> {
        LOG.error("{}: {}", error.code(), e.getMessage());
        yield new S3Failure(error, DENIED);
      }
      // Who took it for away has said so in the log.
      case StoreFailure.OriginUnreachable e when e.retryAfter().isPositive() ->
          new S3Failure(error, UNREACHABLE.formatted(e.origin()));
      case StoreFailure.OriginUnreachable e -> {
        LOG.error("{}: {}", error.code(), e.getMessage());
        yield new S3Failure(error, UNREACHABLE.formatted(e.origin()));
      }
      case StoreFailure.OriginFailed e -> {
        LOG.error("{}: {}", error.code(), e.getMessage());
        yield new S3Failure(error, FAILED);
      }
      case StoreFailure.Indeterminate e when !e.outOfSpace() -> {
        LOG.error("{}", error.code(), failure);
        yield new S3Failure(error, UNKNOWN);
      }
      case StoreFailure.Indeterminate _,
          StoreFailure.Unavailable _,
          StoreFailure.OutOfSpace _,
          StoreFailure.Missing _,
          StoreFailure.Corrupt _ -> {
        LOG.error("{}", error.code(), failure);
        yield new S3Failure(error);
      }
    };
  }

  /// The header that said it.
  private static String name(StoreFailure.ConditionFailed failure) {
    return (failure.ofSource() ? "x-amz-copy-source-" : "") + failure.condition().text();
  }

  /// Of parts S3 always says the same; the details tell which.
  private static String words(StoreFailure.Invalid failure, S3Error error) {
    return switch (error) {
      case INVALID_PART, ENTITY_TOO_SMALL -> error.message();
      default -> text(failure, error);
    };
  }

  private static Detail[] details(StoreFailure.Invalid failure) {
    return failure.details().entrySet().stream()
        .map(detail -> new Detail(detail.getKey(), detail.getValue()))
        .toArray(Detail[]::new);
  }

  private static Detail[] archived(StoreFailure.Archived failure) {
    var storageClass = new Detail("StorageClass", failure.storageClass().text());
    return failure.accessTier().isEmpty()
        ? new Detail[] {storageClass}
        : new Detail[] {storageClass, new Detail("AccessTier", failure.accessTier())};
  }

  private static String text(StoreFailure failure, S3Error error) {
    String message = failure.getMessage();
    return message == null || message.isEmpty() ? error.message() : message;
  }

  static ErrorDocument.About about(Trace trace, String hostId) {
    String resource = "/" + trace.bucket + (trace.key.isEmpty() ? "" : "/" + trace.key);
    return new ErrorDocument.About(resource, trace.bucket, trace.key, trace.id, hostId);
  }

  /// The answer to a request that failed. `cause` may bring headers of its own.
  static Reply reply(
      S3Failure failure, RuntimeException cause, ErrorDocument.About about, boolean bodiless) {
    int status = failure.error().status();
    if (cause instanceof StoreFailure.NotModified same) {
      return Reply.empty(status, notModified(same.head()));
    }
    Headers.Builder headers = headers(failure, cause);
    if (bodiless) return Reply.empty(status, headers);
    return Reply.xml(status, headers, ErrorDocument.render(failure, about));
  }

  private static Headers.Builder notModified(ObjectHead head) {
    Headers.Builder headers = Headers.builder();
    headers.add("ETag", head.content().etag().quoted());
    headers.add("Last-Modified", HttpDate.format(head.content().modified()));
    if (!head.version().equals(Version.NULL)) {
      headers.add("x-amz-version-id", head.version().text());
    }
    for (String name : List.of("cache-control", "expires")) {
      String value = head.metadata().system().get(name);
      if (value != null) headers.add(name, value);
    }
    return headers;
  }

  /// In seconds, at least one.
  private static long retryAfter(RuntimeException cause) {
    return cause instanceof StoreFailure.OriginThrottled throttled
        ? seconds(throttled.retryAfter())
        : 1;
  }

  private static long seconds(Duration time) {
    return time.plusNanos(999_999_999).toSeconds();
  }

  private static Headers.Builder headers(S3Failure failure, RuntimeException cause) {
    Headers.Builder headers = Headers.builder();
    if (cause instanceof StoreFailure.DeleteMarkerMet met) {
      headers.add("x-amz-delete-marker", "true");
      headers.add("x-amz-version-id", met.version().text());
      headers.add("Last-Modified", HttpDate.format(met.modified()));
      if (!met.latest()) headers.add("Allow", "DELETE");
    }
    if (cause instanceof StoreFailure.NoSuchKey) headers.add("x-amz-delete-marker", "false");
    if (failure.error() == S3Error.INVALID_RANGE) {
      headers.add("Content-Range", "bytes */" + failure.detail(S3Failure.ACTUAL_SIZE));
    }
    if (cause instanceof StoreFailure.OriginUnreachable away && away.retryAfter().isPositive()) {
      headers.add("Retry-After", seconds(away.retryAfter()));
    }
    if (failure.error() == S3Error.SLOW_DOWN) headers.add("Retry-After", retryAfter(cause));
    return headers;
  }
}
