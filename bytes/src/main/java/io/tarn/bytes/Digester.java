package io.tarn.bytes;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The running hashes of a body: MD5, which becomes the ETag, and one additional checksum where one
/// is wanted. One thread at a time.
///
/// MD5 does some 0.7 GB/s on a core and bounds every upload, so it can run beside the disk: after
/// [#begin] the caller may read the same bytes (write them somewhere) while another thread hashes
/// them, begin with the next, and calls [#settle] before any of them change.
public final class Digester {
  /// Below this many bytes a hand-over costs more than it gains.
  public static final int WORTH_HANDING_OVER = 64 << 10;

  private final MessageDigest md5 = ChecksumAlgorithm.digest("MD5");
  private final @Nullable ChecksumAlgorithm algorithm;
  private final ChecksumAlgorithm.@Nullable Running checksum;
  private final @Nullable HashQueue beside;

  /// `algorithm` is the additional checksum, or null for none. Large buffers are hashed by `beside`
  /// (a bounded pool of platform threads); when it refuses, or is null, by the caller.
  public Digester(@Nullable ChecksumAlgorithm algorithm, @Nullable Executor beside) {
    this.algorithm = algorithm;
    this.checksum = algorithm == null ? null : algorithm.start();
    this.beside = beside == null ? null : new HashQueue(md5, beside);
  }

  /// Hashes on the caller's thread alone.
  public Digester(@Nullable ChecksumAlgorithm algorithm) {
    this(algorithm, null);
  }

  /// That of the additional checksum; null where there is none.
  public @Nullable ChecksumAlgorithm algorithm() {
    return algorithm;
  }

  /// Takes the remaining bytes; the buffer's position stays, and it is the caller's again at once.
  public void update(ByteBuffer bytes) {
    settle();
    md5.update(bytes.duplicate());
    if (checksum != null) checksum.update(bytes.duplicate());
  }

  /// Takes the remaining bytes; the buffer's position stays, and its bytes must not change before
  /// [#settle].
  public void begin(ByteBuffer bytes) {
    if (beside == null || bytes.remaining() < WORTH_HANDING_OVER) {
      update(bytes);
      return;
    }
    beside.add(bytes.duplicate());
    if (checksum != null) checksum.update(bytes.duplicate());
  }

  /// Waits until all bytes taken are hashed.
  public void settle() {
    settle(0);
  }

  /// Waits until only the last `left` buffers that were begun may still be being read. Short, and
  /// not cut short by an interrupt, which is kept.
  public void settle(int left) {
    if (beside != null) beside.await(left);
  }

  /// The MD5 and the additional checksum. Ends this digester.
  public Finished finish() {
    settle();
    return new Finished(md5.digest(), algorithm, checksum == null ? new byte[0] : checksum.value());
  }

  /// What the bytes came to; `checksum` is empty where no `algorithm` was given.
  public record Finished(byte[] md5, @Nullable ChecksumAlgorithm algorithm, byte[] checksum) {}
}
