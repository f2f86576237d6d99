package io.tarn.conformance;

import io.tarn.store.Acl;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions.Condition;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadId;
import io.tarn.store.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// S3's words for failures and conditions, and the store's.
final class HttpFailures {
  private HttpFailures() {}

  /// What an answer means. What the model never says becomes a failure that it never gives, so that
  /// it is found as a difference.
  static StoreFailure of(S3Exception e, Key key, Version version) {
    boolean marker =
        e.awsErrorDetails()
            .sdkHttpResponse()
            .firstMatchingHeader("x-amz-delete-marker")
            .filter("true"::equals)
            .isPresent();
    if (marker) return markerMet(e, key);
    return switch (e.awsErrorDetails().errorCode()) {
      case "NoSuchKey" -> new StoreFailure.NoSuchKey(key);
      case "NoSuchVersion" -> new StoreFailure.NoSuchVersion(key, version);
      case "NoSuchUpload" -> new StoreFailure.NoSuchUpload(new UploadId("gone"));
      case "PreconditionFailed" -> StoreFailure.ConditionFailed.of(Condition.IF_MATCH);
      case "InvalidRange" -> new StoreFailure.NoSuchRange(0);
      case "InvalidPart" -> new Invalid(Reason.PART, "");
      case "InvalidPartOrder" -> new Invalid(Reason.PART_ORDER, "");
      case "EntityTooSmall" -> new Invalid(Reason.PART_TOO_SMALL, "");
      case "InvalidRequest", "MalformedXML" -> new Invalid(Reason.REQUEST, "");
      case "InvalidArgument" -> new Invalid(Reason.ARGUMENT, "");
      case "MethodNotAllowed" -> markerMet(e, key);
      case null, default -> {
        if (e.statusCode() == 304) yield new StoreFailure.NotModified(anyHead(key));
        yield new StoreFailure.Unavailable("unexpected: " + e, e);
      }
    };
  }

  private static StoreFailure markerMet(S3Exception e, Key key) {
    String version =
        e.awsErrorDetails()
            .sdkHttpResponse()
            .firstMatchingHeader("x-amz-version-id")
            .orElse("null");
    return new StoreFailure.DeleteMarkerMet(
        key, new Version(version), Instant.EPOCH, e.statusCode() == 404);
  }

  private static ObjectHead anyHead(Key key) {
    var content = new Content(0, new ETag(""), Instant.EPOCH, Checksum.NONE);
    return new ObjectHead(
        key, Version.NULL, new TenantId("owner"), content, Metadata.NONE, Tags.NONE, Acl.PRIVATE);
  }

  /// A condition as the value of its header; null when it is not said.
  static @Nullable String header(ETags etags) {
    if (!etags.isSaid()) return null;
    return etags.any() ? "*" : String.join(", ", etags.list().stream().map(ETag::quoted).toList());
  }
}
