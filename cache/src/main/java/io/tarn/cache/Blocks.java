package io.tarn.cache;

/// How objects are cut into blocks: all of the same size, but for the last.
record Blocks(int size) {
  int numberOf(long offset) {
    return Math.toIntExact(offset / size);
  }

  /// Where the block with this byte starts.
  long floor(long offset) {
    return offset - offset % size;
  }

  long start(int number) {
    return (long) number * size;
  }

  /// How long the block is in an object of `whole` bytes.
  int length(int number, long whole) {
    return (int) Math.min(size, whole - start(number));
  }

  /// The number of the last block of an object that is not empty.
  int last(long whole) {
    return numberOf(whole - 1);
  }
}
