package io.tarn.gateway;

import io.tarn.s3.RequestDocuments;
import io.tarn.s3.Tagging;
import io.tarn.store.Tags;
import org.jspecify.annotations.Nullable;

/// The tags of an object that the body of a request brings, read when they are first asked for:
/// policies may ask before they are set. One thread.
final class SentTags {
  private final Intake intake;
  private @Nullable Tags tags;

  SentTags(Intake intake) {
    this.intake = intake;
  }

  /// @throws io.tarn.s3.S3Failure when the body is no such document, or not what was signed
  Tags of(Call call) {
    Tags known = tags;
    if (known != null) return known;
    byte[] document = intake.document(call, Intake.SMALL);
    known = Tagging.checked(RequestDocuments.tagging(document), Tagging.ON_OBJECT);
    tags = known;
    return known;
  }
}
