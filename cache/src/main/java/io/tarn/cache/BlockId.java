package io.tarn.cache;

/// Which block: the incarnation of its bucket, the first 128 bits of the hash of what it is of
/// ([Identity]), and its number there.
record BlockId(long bucket, long high, long low, int number) {
  /// Where it is in the object.
  long offset(int blockSize) {
    return (long) number * blockSize;
  }
}
