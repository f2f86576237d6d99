package io.tarn.store;

/// What a checksum of a multipart object covers: its bytes, or the checksums of its parts.
public enum ChecksumType {
  FULL_OBJECT,
  COMPOSITE
}
