package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.Digester;
import io.tarn.bytes.PageAligned;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Bytes that are already here, on their way in again: a part or object copied on the server, or a
/// body made in memory. Hashed anew while they flow. Whoever opened the payload closes it.
public final class PayloadIncoming implements Incoming {
  private static final int READ_BYTES = 256 << 10;

  private final Payload payload;
  private final Digester digester;
  private long taken;
  private Slice.@Nullable Stored slice;
  private long sliceTaken;
  private @Nullable ByteBuffer buffer;
  private @Nullable Digests digests;

  /// `algorithm` is the additional checksum to compute, or null for none.
  public PayloadIncoming(Payload payload, @Nullable ChecksumAlgorithm algorithm) {
    this(payload, new Digester(algorithm));
  }

  public PayloadIncoming(Payload payload, Digester digester) {
    this.payload = payload;
    this.digester = digester;
  }

  @Override
  public long length() {
    return payload.length();
  }

  @Override
  public @Nullable ChecksumAlgorithm checksum() {
    return digester.algorithm();
  }

  @Override
  public @Nullable ByteBuffer next() {
    digester.settle(); // a slice of a file is read into the buffer that was handed out before
    if (digests != null) return null;
    ByteBuffer bytes = pull();
    if (bytes == null) {
      if (taken != payload.length()) {
        throw new StoreFailure.Corrupt(
            "%d bytes instead of %d".formatted(taken, payload.length()), null);
      }
      digests = Digests.of(digester.finish());
      return null;
    }
    taken += bytes.remaining();
    digester.begin(bytes);
    return bytes;
  }

  @Override
  public Digests digests() {
    if (digests == null) throw new IllegalStateException("asked before the end");
    return digests;
  }

  private @Nullable ByteBuffer pull() {
    return switch (payload) {
      case Payload.Bytes(var array, var offset, var count) ->
          taken == count ? null : ByteBuffer.wrap(array, offset, count).slice().asReadOnlyBuffer();
      case Payload.Slices(var _, var source) -> pull(source);
    };
  }

  private @Nullable ByteBuffer pull(SliceSource source) {
    while (true) {
      if (slice != null) {
        if (sliceTaken < slice.length()) return read(slice);
        slice = null;
      }
      switch (source.next()) {
        case null -> {
          return null;
        }
        case Slice.Memory(var bytes) -> {
          if (bytes.hasRemaining()) return bytes.asReadOnlyBuffer();
        }
        case Slice.Stored stored -> {
          slice = stored;
          sliceTaken = 0;
        }
      }
    }
  }

  private ByteBuffer read(Slice.Stored stored) {
    if (buffer == null) buffer = PageAligned.allocate(READ_BYTES);
    stored.bytes().read(stored.offset() + sliceTaken, buffer);
    long left = stored.length() - sliceTaken;
    if (buffer.remaining() > left) buffer.limit(buffer.position() + (int) left);
    sliceTaken += buffer.remaining();
    return buffer.asReadOnlyBuffer();
  }
}
