package io.tarn.gateway;

import io.tarn.s3.RequestDocuments;
import io.tarn.s3.Tagging;
import io.tarn.store.Tags;
import org.jspecify.annotations.Nullable;

/// The document in the body of a request, read when it is first asked for: policies may ask what is
/// in it before it is carried out. One thread.
final class SentDocument {
  private final RequestBodies intake;
  private byte @Nullable [] bytes;

  SentDocument(RequestBodies intake) {
    this.intake = intake;
  }

  /// @throws io.tarn.request.S3Failure when it is too long, or not what was signed
  byte[] bytes(Call call) {
    byte[] known = bytes;
    if (known == null) bytes = known = intake.document(call, RequestBodies.SMALL);
    return known;
  }

  /// @throws io.tarn.request.S3Failure when these are no tags of an object
  Tags objectTags(Call call) {
    return Tagging.checked(RequestDocuments.tagging(bytes(call)), Tagging.ON_OBJECT);
  }

  /// @throws io.tarn.request.S3Failure when these are no tags of a bucket
  Tags bucketTags(Call call) {
    return Tagging.checked(RequestDocuments.tagging(bytes(call)), Tagging.ON_BUCKET);
  }

  /// Where a bucket is to be made; empty for wherever.
  String location(Call call) {
    return RequestDocuments.createBucket(bytes(call));
  }
}
