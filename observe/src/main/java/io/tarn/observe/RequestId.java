package io.tarn.observe;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/// Names of requests as S3 writes them: 16 upper-case hexadecimal digits. Unique within a process
/// for 2^64 requests and, as each process starts at a random place, practically unique among
/// processes. Not a secret.
public final class RequestId {
  /// The id of the request that the current thread works for. Bindings are not inherited by
  /// executor tasks: bind again at every hand-over.
  public static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  /// The increment of SplitMix64: odd, so every value is visited before one comes back.
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final AtomicLong STATE = new AtomicLong(new SecureRandom().nextLong());

  private RequestId() {}

  public static String next() {
    return HEX.toHexDigits(mixed(STATE.getAndAdd(STEP)));
  }

  /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection, so distinct states stay
  /// distinct.
  private static long mixed(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
