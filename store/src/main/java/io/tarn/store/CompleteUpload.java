package io.tarn.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns parts into an object. `expected` is the whole object's checksum as the client knows it, or
/// [Checksum#NONE]; `expectedSize` likewise, null when unsaid.
public record CompleteUpload(
    UploadRef upload,
    List<Chosen> parts,
    Conditions conditions,
    Checksum expected,
    @Nullable Long expectedSize) {
  public CompleteUpload {
    parts = List.copyOf(parts);
  }

  /// A part the client names, with the ETag (and checksum, or [Checksum#NONE]) it believes it has.
  public record Chosen(int number, ETag etag, Checksum checksum) {}
}
