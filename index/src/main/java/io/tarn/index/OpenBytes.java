package io.tarn.index;

import io.tarn.store.ByteRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import java.util.List;

/// An open object whose bytes are in memory. There is nothing to close.
record OpenBytes(ObjectHead head, List<Part> parts, byte[] bytes) implements OpenObject {
  @Override
  public Payload payload(ByteRange range) {
    return new Payload.Bytes(bytes, (int) range.first(), (int) range.length());
  }

  @Override
  public Payload payload() {
    return new Payload.Bytes(bytes);
  }

  @Override
  public void close() {}
}
