package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
import java.util.Base64;

/// A checksum as S3 prints it: base64, and for a composite one a dash and the number of parts.
/// [#NONE] where an object has none.
public record Checksum(ChecksumAlgorithm algorithm, ChecksumType type, String text) {
  public static final Checksum NONE =
      new Checksum(ChecksumAlgorithm.CRC32, ChecksumType.FULL_OBJECT, "");

  /// Where nobody asked, or where it is not known: not the same as having none.
  public static final Checksum UNTOLD =
      new Checksum(ChecksumAlgorithm.CRC32, ChecksumType.COMPOSITE, "");

  public static Checksum of(ChecksumAlgorithm algorithm, byte[] value) {
    return new Checksum(
        algorithm, ChecksumType.FULL_OBJECT, Base64.getEncoder().encodeToString(value));
  }

  public boolean isPresent() {
    return !text.isEmpty();
  }
}
