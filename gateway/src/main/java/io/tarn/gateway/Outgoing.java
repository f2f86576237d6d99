package io.tarn.gateway;

import io.tarn.http.ResponseBody;
import io.tarn.store.Payload;
import io.tarn.store.Region;
import io.tarn.store.RegionSource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Hands a payload of the store to the listener. Nothing is copied: a piece of a file stays one.
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
      case Region.FileSlice slice ->
          new io.tarn.http.Region.File(slice.channel(), slice.offset(), slice.length());
    };
  }

  @Override
  public void close() {
    source.close();
  }
}
