package io.tarn.store;

import java.time.Instant;

/// One part of a multipart upload, or of the object it became. `number` is 1 to 10,000.
public record Part(int number, long size, ETag etag, Instant modified, Checksum checksum) {
  public static final int MAX_NUMBER = 10_000;

  /// Every part but the last is at least this long (S3 user guide, "Multipart upload limits").
  public static final long MIN_SIZE = 5L << 20;

  /// No part, and no single PUT, is longer than this.
  public static final long MAX_SIZE = 5L << 30;

  public Part {
    if (number < 1 || number > MAX_NUMBER) {
      throw new IllegalArgumentException("part number " + number);
    }
  }
}
