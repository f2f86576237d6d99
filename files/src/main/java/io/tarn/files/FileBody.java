package io.tarn.files;

import io.tarn.http.BodySlice;
import io.tarn.http.BodySlices;
import io.tarn.http.ResponseBody;
import io.tarn.store.Payload;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoredBytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Hands the bytes of a file to the listener. Nothing is copied, and what is stored is not read
/// here.
final class FileBody implements BodySlices {
  private final SliceSource source;

  private FileBody(SliceSource source) {
    this.source = source;
  }

  static ResponseBody of(Payload payload) {
    return switch (payload) {
      case Payload.Bytes bytes ->
          new ResponseBody.Bytes(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.count()));
      case Payload.Slices slices ->
          new ResponseBody.Slices(slices.length(), new FileBody(slices.source()));
    };
  }

  @Override
  public @Nullable BodySlice next() {
    Slice slice = source.next();
    return switch (slice) {
      case null -> null;
      case Slice.Memory memory -> new BodySlice.Memory(memory.bytes());
      case Slice.Stored(var bytes, var offset, var length) ->
          new BodySlice.Stored(new OnDisk(bytes), offset, length);
    };
  }

  @Override
  public void close() {
    source.close();
  }

  private record OnDisk(StoredBytes stored) implements BodySlice.Bytes {
    @Override
    public void read(long at, ByteBuffer into) {
      stored.read(at, into);
    }

    @Override
    public boolean tryRead(long at, ByteBuffer into) {
      return stored.tryRead(at, into);
    }

    @Override
    public boolean canTry() {
      return stored.canTry();
    }

    @Override
    public void fetch(long at, long length) {
      stored.fetch(at, length);
    }

    @Override
    public int room() {
      return StoredBytes.ROOM;
    }
  }
}
