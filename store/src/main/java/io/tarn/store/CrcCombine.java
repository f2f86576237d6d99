package io.tarn.store;

/// CRC of a concatenation, after zlib's `crc32_combine` (Mark Adler): appending n zero bits to a
/// message is a linear map over GF(2), so n of them are a matrix power, reached by squaring.
final class CrcCombine {
  private CrcCombine() {}

  static long combine(long polynomial, int width, long a, long b, long lengthOfB) {
    if (lengthOfB == 0) return a;
    long[] odd = new long[width];
    odd[0] = polynomial; // the operator for one zero bit
    for (int i = 1; i < width; i++) odd[i] = 1L << (i - 1);
    long[] even = square(odd); // two zero bits
    odd = square(even); // four
    long[] operator = odd;
    for (long n = lengthOfB; n != 0; n >>>= 1) {
      operator = square(operator); // eight zero bits at the first turn: one byte
      if ((n & 1) != 0) a = times(operator, a);
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
    for (int i = 0; vector != 0; vector >>>= 1, i++) if ((vector & 1) != 0) sum ^= matrix[i];
    return sum;
  }
}
