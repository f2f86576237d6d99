package io.tarn.store;

/// A piece of a blob. The content of an object is a list of extents.
public record Extent(BlobAt blob, long offset, long length) {
  public Extent {
    if (offset < 0 || length < 1) {
      throw new IllegalArgumentException("extent of %d bytes at %d".formatted(length, offset));
    }
  }
}
