package io.tarn.store;

/// Bytes `first` to `last`, both included, counted from 0.
public record ByteRange(long first, long last) {
  public static final ByteRange WHOLE = new ByteRange(0, Long.MAX_VALUE);

  public ByteRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("bytes %d-%d".formatted(first, last));
    }
  }

  /// The `length` bytes from `offset`; `length` is at least 1.
  public static ByteRange at(long offset, long length) {
    return new ByteRange(offset, offset + length - 1);
  }

  public long length() {
    return last == Long.MAX_VALUE ? Long.MAX_VALUE : last - first + 1;
  }
}
