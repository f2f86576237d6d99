package io.tarn.bytes;

/// CRC of a concatenation, after zlib's `crc32_combine` (Mark Adler): appending zero bytes to a
/// message is a linear map over GF(2). The maps for each power of two are made once, so that ten
/// thousand parts are put together in milliseconds, whatever their lengths.
final class CrcCombine {
  static final CrcCombine CRC32 = new CrcCombine(0xEDB88320L, 32);
  static final CrcCombine CRC32C = new CrcCombine(0x82F63B78L, 32);
  static final CrcCombine CRC64NVME = new CrcCombine(0x9A6C9329AC4BC9B5L, 64);

  /// `powers[k]` appends 2^k zero bytes; each map is the image of every bit.
  private final long[][] powers = new long[Long.SIZE - 1][];

  private CrcCombine(long polynomial, int width) {
    long[] oneBit = new long[width];
    oneBit[0] = polynomial;
    for (int i = 1; i < width; i++) oneBit[i] = 1L << (i - 1);
    powers[0] = square(square(square(oneBit))); // eight bits
    for (int k = 1; k < powers.length; k++) powers[k] = square(powers[k - 1]);
  }

  /// Of A followed by B, out of the CRC of each.
  long combine(long a, long b, long lengthOfB) {
    for (int k = 0; k < powers.length; k++) {
      if ((lengthOfB >>> k & 1) != 0) a = times(powers[k], a);
    }
    return a ^ b;
  }

  private static long[] square(long[] matrix) {
    long[] result = new long[matrix.length];
    for (int i = 0; i < matrix.length; i++) result[i] = times(matrix, matrix[i]);
    return result;
  }

  private static long times(long[] matrix, long vector) {
    long sum = 0;
    for (int i = 0; vector != 0; vector >>>= 1, i++) {
      if ((vector & 1) != 0) sum ^= matrix[i];
    }
    return sum;
  }
}
