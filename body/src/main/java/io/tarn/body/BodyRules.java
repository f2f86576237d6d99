package io.tarn.body;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.Ingest;
import io.tarn.store.Part;
import org.jspecify.annotations.Nullable;

/// What an operation expects of its body.
///
/// - `maxBytes`: the longest payload taken, in bytes
/// - `lengthRequired`: refuse a body of unannounced length
/// - `fallback`: the additional checksum to compute when the request names none; null for none
/// - `keepsNamed`: the checksum the request names is the one that is kept; else it is verified, and
///   the fallback kept beside it
/// - `ingest`: takes in large bodies; null to hash piece by piece, in line
public record BodyRules(
    Kind kind,
    long maxBytes,
    boolean lengthRequired,
    @Nullable ChecksumAlgorithm fallback,
    boolean keepsNamed,
    @Nullable Ingest ingest) {

  /// What the body is.
  public enum Kind {
    OBJECT,
    PART,
    /// A policy, a list of keys to delete, …
    DOCUMENT,
    /// A document beside which `x-amz-checksum-*` headers speak of something else: the list of
    /// parts that completes an upload.
    DOCUMENT_ALONE;

    boolean coveredByChecksums() {
      return this != DOCUMENT_ALONE;
    }
  }

  public static BodyRules object(@Nullable Ingest ingest) {
    return new BodyRules(Kind.OBJECT, Part.MAX_SIZE, true, ChecksumAlgorithm.DEFAULT, true, ingest);
  }

  /// Which checksum is kept of a part, its upload says ([IncomingBody#partOf]).
  public static BodyRules part(@Nullable Ingest ingest) {
    return new BodyRules(Kind.PART, Part.MAX_SIZE, true, ChecksumAlgorithm.DEFAULT, false, ingest);
  }

  /// For a part of an upload that was begun with this algorithm.
  BodyRules keeping(ChecksumAlgorithm ofUpload) {
    return new BodyRules(kind, maxBytes, lengthRequired, ofUpload, true, ingest);
  }

  public static BodyRules document(long maxBytes) {
    return new BodyRules(Kind.DOCUMENT, maxBytes, false, null, true, null);
  }

  /// A document that its checksum headers do not speak of.
  public static BodyRules documentAlone(long maxBytes) {
    return new BodyRules(Kind.DOCUMENT_ALONE, maxBytes, false, null, true, null);
  }

  /// For a body whose length the client cannot know before it ends.
  public BodyRules ofAnyLength() {
    return new BodyRules(kind, maxBytes, false, fallback, keepsNamed, ingest);
  }
}
