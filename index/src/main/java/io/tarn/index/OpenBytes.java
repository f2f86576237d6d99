package io.tarn.index;

import io.tarn.store.ByteRange;
import io.tarn.store.ContentRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import java.util.List;

/// An open object whose bytes are in memory. There is nothing to close, and it has no parts.
record OpenBytes(ObjectHead head, ContentRange slice, byte[] bytes) implements OpenObject {
  @Override
  public List<Part> parts() {
    return List.of();
  }

  @Override
  public Payload payload() {
    ByteRange range = slice.range();
    return range == null
        ? new Payload.Bytes(bytes)
        : new Payload.Bytes(bytes, (int) range.first(), (int) range.length());
  }

  @Override
  public void close() {}
}
