package io.tarn.upstream;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Checksum;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A body on its way to an origin, in chunks with a checksum behind them (S3 user guide, "Signature
/// calculations: transferring payload in multiple chunks", `STREAMING-UNSIGNED-PAYLOAD-TRAILER`).
/// The chunk that ends it is only made when all held that was declared about the body: until then
/// the origin has no whole request, and does nothing. What the origin keeps it has checked against
/// the checksum.
final class OriginBody extends InputStream {
  private static final int CHUNK = 64 << 10;

  /// What the checksum of a body is, for which nobody asked for one.
  private static final ChecksumAlgorithm FALLBACK = ChecksumAlgorithm.DEFAULT;

  private final Incoming content;
  private final long length;
  private final ChecksumAlgorithm algorithm;
  private final ChecksumAlgorithm.@Nullable Running own;
  private ByteBuffer framing = ByteBuffer.allocate(0);
  private ByteBuffer piece = ByteBuffer.allocate(0);
  private long left;
  private int chunkLeft;
  private boolean ended;
  private volatile long progress = System.nanoTime();
  private volatile boolean whole;
  private volatile @Nullable RuntimeException failure;

  /// `content` says how long it is.
  OriginBody(Incoming content) {
    this.content = content;
    this.length = content.length();
    this.left = length;
    ChecksumAlgorithm computed = content.checksum();
    this.algorithm = computed == null ? FALLBACK : computed;
    this.own = computed == null ? FALLBACK.start() : null;
  }

  /// The bytes it is without chunks.
  long length() {
    return length;
  }

  /// The header that the checksum comes as, behind the body.
  String trailer() {
    return "x-amz-checksum-" + algorithm.text();
  }

  /// The bytes it is in chunks.
  long encodedLength() {
    long full = length / CHUNK;
    int rest = (int) (length % CHUNK);
    long encoded = full * framed(CHUNK) + (rest == 0 ? 0 : framed(rest));
    int base64 = (algorithm.bytes() + 2) / 3 * 4;
    return encoded + "0\r\n".length() + trailer().length() + 1 + base64 + "\r\n\r\n".length();
  }

  private static int framed(int bytes) {
    return Integer.toHexString(bytes).length() + 2 + bytes + 2;
  }

  /// When the last byte was asked for, by [System#nanoTime].
  long progress() {
    return progress;
  }

  /// Whether the origin may have all of it.
  boolean isWhole() {
    return whole;
  }

  /// Why it could not be sent to its end, where the reason is the sender's.
  @Nullable RuntimeException failure() {
    return failure;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      int read = 0;
      while (read < length) {
        int more = more(into, offset + read, length - read);
        if (more < 0) break;
        read += more;
      }
      progress = System.nanoTime();
      return read == 0 && length > 0 ? -1 : read;
    } catch (RuntimeException e) {
      failure = e;
      throw new IOException("the body ended before its end", e);
    }
  }

  private int more(byte[] into, int offset, int length) {
    if (!framing.hasRemaining() && chunkLeft == 0 && !frame()) return -1;
    if (framing.hasRemaining()) {
      int count = Math.min(length, framing.remaining());
      framing.get(into, offset, count);
      return count;
    }
    if (!piece.hasRemaining()) piece = next();
    int count = Math.min(length, Math.min(chunkLeft, piece.remaining()));
    piece.get(into, offset, count);
    chunkLeft -= count;
    left -= count;
    if (chunkLeft == 0) framing = bytes("\r\n");
    return count;
  }

  /// The head of the next chunk, or the end; false when that was there already.
  private boolean frame() {
    if (ended) return false;
    if (left > 0) {
      chunkLeft = (int) Math.min(CHUNK, left);
      framing = bytes(Integer.toHexString(chunkLeft).toLowerCase(Locale.ROOT) + "\r\n");
    } else {
      String checksum = end();
      ended = true;
      whole = true;
      framing = bytes("0\r\n" + trailer() + ":" + checksum + "\r\n\r\n");
    }
    return true;
  }

  private ByteBuffer next() {
    ByteBuffer next = content.next();
    while (next != null && !next.hasRemaining()) next = content.next();
    if (next == null) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.INCOMPLETE_BODY, "The body ended %d bytes early".formatted(left));
    }
    if (own != null) own.update(next.duplicate());
    return next;
  }

  private String end() {
    if (content.next() != null) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.INCOMPLETE_BODY,
          "The body is longer than %d bytes".formatted(length));
    }
    if (own != null) return Checksum.of(algorithm, own.value()).text();
    Digests digests = content.digests();
    return digests.checksum().text();
  }

  private static ByteBuffer bytes(String ascii) {
    return ByteBuffer.wrap(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
