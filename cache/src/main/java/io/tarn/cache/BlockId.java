package io.tarn.cache;

/// Which block: the incarnation of its bucket, the first 128 bits of the hash of what it is of
/// ([Identity]), and its number there.
record BlockId(long bucket, long high, long low, int number) {
  /// Where it is in the object.
  long offset(int blockSize) {
    return (long) number * blockSize;
  }

  /// Bits for tables. A hash is part of it already, the same for all blocks of an object.
  long hash() {
    return hash(low, number);
  }

  static long hash(long low, int number) {
    return (low ^ number * 0x9E3779B97F4A7C15L) * 0xD1342543DE82EF95L;
  }
}
