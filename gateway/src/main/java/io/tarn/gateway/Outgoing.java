package io.tarn.gateway;

import io.tarn.http.ResponseBody;
import io.tarn.store.Payload;
import io.tarn.store.Region;
import io.tarn.store.RegionSource;
import io.tarn.store.StoredBytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Hands a payload of the store to the listener. Nothing is copied, and what is stored is not read
/// here.
final class Outgoing implements io.tarn.http.RegionSource {
  private final RegionSource source;

  private Outgoing(RegionSource source) {
    this.source = source;
  }

  static ResponseBody of(Payload payload) {
    return switch (payload) {
      case Payload.Bytes bytes ->
          new ResponseBody.Bytes(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.count()));
      case Payload.Regions regions ->
          new ResponseBody.Regions(regions.length(), new Outgoing(regions.source()));
    };
  }

  @Override
  public io.tarn.http.@Nullable Region next() {
    Region region = source.next();
    return switch (region) {
      case null -> null;
      case Region.Memory memory -> new io.tarn.http.Region.Memory(memory.bytes());
      case Region.Stored(var bytes, var offset, var length) ->
          new io.tarn.http.Region.Stored(new Reads(bytes), offset, length);
    };
  }

  @Override
  public void close() {
    source.close();
  }

  private record Reads(StoredBytes stored) implements io.tarn.http.Region.Bytes {
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
