package io.tarn.cache;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Content;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The bytes of a queued write, or a part of them, on their way to the origin. The end is only
/// reported when they are what came: so damage here never becomes an object there.
final class QueuedBody implements Incoming {
  private final Payload payload;
  private final @Nullable Content expected;
  private @Nullable ChecksumAlgorithm algorithm;
  private @Nullable PayloadIncoming body;

  private QueuedBody(Payload payload, @Nullable Content expected, Checksum checksum) {
    this.payload = payload;
    this.expected = expected;
    boolean whole = checksum.isPresent() && checksum.type() == ChecksumType.FULL_OBJECT;
    this.algorithm = whole ? checksum.algorithm() : null;
  }

  static QueuedBody whole(Payload payload, Content content) {
    return new QueuedBody(payload, content, content.checksum());
  }

  /// A part of an upload, whose chunks are checked as they are read.
  static QueuedBody part(Payload payload) {
    return new QueuedBody(payload, null, Checksum.NONE);
  }

  /// A piece of a file; whoever opened that closes it.
  static Payload piece(QueuedFile file, ByteRange range) {
    return new Payload.Slices(range.length(), new One(file, range));
  }

  private static final class One implements SliceSource {
    private final Slice.Stored slice;
    private boolean given;

    One(QueuedFile file, ByteRange range) {
      slice = new Slice.Stored(file, range.first(), range.length());
    }

    @Override
    public @Nullable Slice next() {
      if (given) return null;
      given = true;
      return slice;
    }

    @Override
    public void close() {}
  }

  @Override
  public long length() {
    return payload.length();
  }

  @Override
  public void partOf(@Nullable ChecksumAlgorithm of, ChecksumType type) {
    algorithm = of;
  }

  @Override
  public @Nullable ChecksumAlgorithm checksum() {
    return algorithm;
  }

  private PayloadIncoming body() {
    PayloadIncoming begun = body;
    if (begun == null) body = begun = new PayloadIncoming(payload, algorithm);
    return begun;
  }

  @Override
  public @Nullable ByteBuffer next() {
    ByteBuffer bytes = body().next();
    if (bytes == null && expected != null) require(expected, body().digests());
    return bytes;
  }

  private static void require(Content expected, Digests found) {
    boolean same =
        found.etag().equals(expected.etag())
            && (!found.checksum().isPresent() || found.checksum().equals(expected.checksum()));
    if (!same) throw new StoreFailure.Corrupt("a queued write is not what came", null);
  }

  @Override
  public Digests digests() {
    return body().digests();
  }
}
