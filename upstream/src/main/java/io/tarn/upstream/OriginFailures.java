package io.tarn.upstream;

import io.tarn.store.Conditions.Condition;
import io.tarn.store.Key;
import io.tarn.store.StorageClass;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.UploadId;
import io.tarn.store.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an origin's refusals mean in the words of the waist (S3 API reference, "Error responses").
/// What nobody can have done wrong here, be it of the client or of the origin, is the origin's
/// being unable; what it says in its own words goes to no client.
final class OriginFailures {
  /// Details about what the client sent. Others may say what the key and the bucket are called
  /// there.
  private static final List<String> DETAILS =
      List.of(
          "UploadId",
          "PartNumber",
          "ETag",
          "ProposedSize",
          "MinSizeAllowed",
          "MaxSizeAllowed",
          "ArgumentName",
          "ArgumentValue");

  private OriginFailures() {}

  /// What a request is about. `upload` is null where it is about none.
  record Subject(Key key, Version version, @Nullable UploadId upload) {
    static Subject of(Key key) {
      return new Subject(key, Version.LATEST, null);
    }

    static Subject of(Key key, Version version) {
      return new Subject(key, version, null);
    }
  }

  /// What an answer that is no success means; but for 304, which only whoever asked understands.
  static StoreFailure of(String origin, OriginRequest request, OriginAnswer answer, Subject about) {
    if (answer.header("x-amz-delete-marker").equals("true")) return marker(answer, about);
    OriginError error = answer.error();
    String code = error.code().isEmpty() ? usual(answer) : error.code();
    return switch (code) {
      case "NoSuchKey" -> absent(about);
      case "NoSuchVersion" -> new StoreFailure.NoSuchVersion(about.key, about.version);
      case "NoSuchUpload" ->
          about.upload == null ? absent(about) : new StoreFailure.NoSuchUpload(about.upload);
      case "NoSuchBucket" -> noBucket(origin, request.place());
      case "PreconditionFailed" -> StoreFailure.ConditionFailed.of(condition(error, request));
      case "ConditionalRequestConflict", "OperationAborted" ->
          new StoreFailure.Conflict("something else got in between at the origin " + origin);
      case "InvalidObjectState" -> archived(error, about);
      case "SlowDown",
          "SlowDownRead",
          "SlowDownWrite",
          "ServiceUnavailable",
          "RequestLimitExceeded",
          "TooManyRequests",
          "XMinioServerNotInitialized" ->
          new StoreFailure.OriginThrottled(origin, Retries.retryAfter(answer));
      case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed" ->
          elsewhere(origin, answer);
      case "NotImplemented", "MethodNotAllowed" ->
          new StoreFailure.OriginFailed(origin, "cannot do this: " + code);
      case "InvalidRange", "InvalidPartNumber" -> new StoreFailure.NoSuchRange(size(answer));
      case "XAmzContentSHA256Mismatch" -> damaged(origin);
      // What a client said of a body was compared here, before all of it was sent.
      case "BadDigest", "XAmzContentChecksumMismatch" ->
          request.method().equals("PUT") ? damaged(origin) : invalid(Reason.CHECKSUM, error);
      case "InvalidPart" -> invalid(Reason.PART, error);
      case "InvalidPartOrder" -> invalid(Reason.PART_ORDER, error);
      case "EntityTooSmall" -> invalid(Reason.PART_TOO_SMALL, error);
      case "EntityTooLarge" -> invalid(Reason.TOO_LARGE, error);
      case "InvalidRequest", "MalformedXML" -> invalid(Reason.REQUEST, error);
      case "InvalidArgument", "KeyTooLongError", "InvalidTag", "MetadataTooLarge" ->
          invalid(Reason.ARGUMENT, error);
      default -> otherwise(origin, request, answer, code);
    };
  }

  private static StoreFailure otherwise(
      String origin, OriginRequest request, OriginAnswer answer, String code) {
    int status = answer.status();
    if (status >= 500 && !request.reads()) {
      return new StoreFailure.Indeterminate(
          "the origin %s failed: %d".formatted(origin, status), null);
    }
    if (status >= 500) return new StoreFailure.OriginFailed(origin, "failed: " + status);
    if (status >= 300 && status < 400) return elsewhere(origin, answer);
    if (code.isEmpty() && status != 401 && status != 403) {
      return new StoreFailure.OriginFailed(origin, "answered %d and no reason".formatted(status));
    }
    return new StoreFailure.OriginDenied(origin, code);
  }

  /// What a status means that comes without a document. What only S3 can know, such as that there
  /// is no such key, is believed of an answer to a HEAD, which never has one; what stands before an
  /// origin, and has its own page for it, is not.
  private static String usual(OriginAnswer answer) {
    return switch (answer.status()) {
      case 404 -> answer.canExplain() || answer.isPage() ? "" : "NoSuchKey";
      case 409 -> answer.canExplain() || answer.isPage() ? "" : "OperationAborted";
      case 412 -> "PreconditionFailed";
      case 416 -> "InvalidRange";
      case 429, 503 -> "SlowDown";
      default -> "";
    };
  }

  private static StoreFailure damaged(String origin) {
    return new StoreFailure.OriginFailed(origin, "got other bytes than were sent to it");
  }

  private static StoreFailure absent(Subject about) {
    return about.version.isLatest()
        ? new StoreFailure.NoSuchKey(about.key)
        : new StoreFailure.NoSuchVersion(about.key, about.version);
  }

  private static StoreFailure marker(OriginAnswer answer, Subject about) {
    Instant modified = ObjectHeaders.modified(answer.headers());
    return new StoreFailure.DeleteMarkerMet(
        about.key, ObjectHeaders.version(answer.headers()), modified, about.version.isLatest());
  }

  private static StoreFailure noBucket(String origin, LinkedPlace place) {
    return new StoreFailure.OriginFailed(origin, "has no bucket " + place.bucket());
  }

  private static StoreFailure archived(OriginError error, Subject about) {
    StorageClass storageClass = ObjectHeaders.storageClass(error.detail("StorageClass"));
    return new StoreFailure.Archived(about.key, storageClass, error.detail("AccessTier"));
  }

  private static StoreFailure elsewhere(String origin, OriginAnswer answer) {
    String region = answer.header("x-amz-bucket-region");
    if (region.isEmpty()) region = answer.error().detail("Region");
    boolean told = region.matches("[a-z0-9-]{1,64}");
    return new StoreFailure.OriginFailed(
        origin,
        told
            ? "has its bucket in the region %s; set origins.%s.s3.region".formatted(region, origin)
            : "says that its bucket is elsewhere; check origins.%s.s3.endpoint".formatted(origin));
  }

  private static Condition condition(OriginError error, OriginRequest request) {
    String said = error.detail("Condition");
    for (Condition condition : Condition.values()) {
      if (condition.text().equalsIgnoreCase(said)) return condition;
    }
    return request.headers().contains("If-None-Match")
        ? Condition.IF_NONE_MATCH
        : Condition.IF_MATCH;
  }

  /// Of an object that lacks the range; -1 where the origin does not say.
  private static long size(OriginAnswer answer) {
    String said = answer.error().detail("ActualObjectSize");
    if (said.isEmpty()) {
      String range = answer.header("content-range"); // bytes */10
      said = range.substring(range.indexOf('/') + 1);
    }
    return said.matches("[0-9]{1,18}") ? Long.parseLong(said) : -1;
  }

  /// The message is the origin's: S3's own about what the client sent.
  private static Invalid invalid(Reason reason, OriginError error) {
    var invalid = new Invalid(reason, error.detail("Message"));
    for (String name : DETAILS) {
      if (!error.detail(name).isEmpty()) invalid.with(name, error.detail(name));
    }
    return invalid;
  }
}
