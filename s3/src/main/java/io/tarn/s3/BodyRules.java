package io.tarn.s3;

import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.Ingest;
import io.tarn.store.Part;
import org.jspecify.annotations.Nullable;

/// What an operation expects of its body.
///
/// @param maxBytes the longest payload taken, in bytes @param lengthRequired refuse a body of
/// unannounced length @param checksumsCoverBody `x-amz-checksum-*` headers speak of this body; they
/// do not where a multipart upload is completed @param fallback the additional checksum to compute
/// when the request names none; null for none @param ingest takes in large bodies; null to hash
/// piece by piece, in line
public record BodyRules(
    long maxBytes,
    boolean lengthRequired,
    boolean checksumsCoverBody,
    @Nullable ChecksumAlgorithm fallback,
    @Nullable Ingest ingest) {

  /// An object or a part.
  public static BodyRules payload(@Nullable ChecksumAlgorithm fallback, @Nullable Ingest ingest) {
    return new BodyRules(Part.MAX_SIZE, true, true, fallback, ingest);
  }

  /// A document such as a policy or a list of keys to delete.
  public static BodyRules document(long maxBytes) {
    return new BodyRules(maxBytes, false, true, null, null);
  }

  /// For a body whose length the client cannot know before it ends.
  public BodyRules ofAnyLength() {
    return new BodyRules(maxBytes, false, checksumsCoverBody, fallback, ingest);
  }

  /// For a document beside which checksum headers speak of something else.
  public BodyRules ignoringChecksums() {
    return new BodyRules(maxBytes, lengthRequired, false, fallback, ingest);
  }
}
