package io.tarn.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns parts into an object. `permit` is asked of what that takes the place of.
public record CompleteUpload(
    UploadRef upload, List<Chosen> parts, Conditions conditions, Expected expected, Permit permit) {
  public CompleteUpload {
    parts = List.copyOf(parts);
  }

  public CompleteUpload(
      UploadRef upload, List<Chosen> parts, Conditions conditions, Expected expected) {
    this(upload, parts, conditions, expected, Permit.ANY);
  }

  /// A part the client names, with the ETag (and checksum, or [Checksum#NONE]) it believes it has.
  public record Chosen(int number, ETag etag, Checksum checksum) {}

  /// What the client believes of the whole: what its checksum covers, the checksum itself, which is
  /// looked at only where the upload was begun with an algorithm, and the size; each null, or
  /// [Checksum#NONE], when unsaid.
  public record Expected(@Nullable ChecksumType type, Checksum checksum, @Nullable Long size) {
    public static final Expected NOTHING = new Expected(null, Checksum.NONE, null);
  }
}
