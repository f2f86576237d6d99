package io.tarn.cache;

import io.tarn.bytes.PageAligned;
import io.tarn.store.Payload;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoredBytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The bytes of a payload, one buffer after another. Whoever opened the payload closes it.
final class PayloadBytes {
  private final Payload payload;
  private boolean begun;
  private Slice.@Nullable Stored slice;
  private long sliceTaken;
  private @Nullable ByteBuffer room;
  private ByteBuffer left = ByteBuffer.allocate(0);

  PayloadBytes(Payload payload) {
    this.payload = payload;
  }

  /// At most `most` bytes, valid until the next call; null at the end.
  @Nullable ByteBuffer next(long most) {
    while (!left.hasRemaining()) {
      ByteBuffer pulled = pull();
      if (pulled == null) return null;
      left = pulled;
    }
    int count = (int) Math.min(most, left.remaining());
    ByteBuffer bytes = left.slice(left.position(), count);
    left.position(left.position() + count);
    return bytes;
  }

  /// False when it ends before so many bytes.
  boolean skip(long count) {
    for (long skipped = 0; skipped < count; ) {
      ByteBuffer bytes = next(count - skipped);
      if (bytes == null) return false;
      skipped += bytes.remaining();
    }
    return true;
  }

  private @Nullable ByteBuffer pull() {
    return switch (payload) {
      case Payload.Bytes(var array, var offset, var count) -> {
        if (begun) yield null;
        begun = true;
        yield ByteBuffer.wrap(array, offset, count).slice();
      }
      case Payload.Slices(var _, var source) -> pull(source);
    };
  }

  private @Nullable ByteBuffer pull(SliceSource source) {
    while (true) {
      Slice.Stored stored = slice;
      if (stored != null && sliceTaken < stored.length()) return read(stored);
      switch (source.next()) {
        case null -> {
          return null;
        }
        case Slice.Memory(var bytes) -> {
          slice = null;
          if (bytes.hasRemaining()) return bytes.duplicate();
        }
        case Slice.Stored next -> {
          slice = next;
          sliceTaken = 0;
        }
      }
    }
  }

  private ByteBuffer read(Slice.Stored stored) {
    if (room == null) room = PageAligned.allocate(StoredBytes.ROOM);
    stored.bytes().read(stored.offset() + sliceTaken, room);
    long rest = stored.length() - sliceTaken;
    if (room.remaining() > rest) room.limit(room.position() + (int) rest);
    sliceTaken += room.remaining();
    return room.duplicate();
  }
}
