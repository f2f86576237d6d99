package io.tarn.store;

import java.nio.ByteBuffer;

/// A piece of a payload.
public sealed interface Slice {
  long length();

  /// Read-only bytes, verified.
  record Memory(ByteBuffer bytes) implements Slice {
    @Override
    public long length() {
      return bytes.remaining();
    }
  }

  /// A piece of what is stored. It is not verified yet: that is done as it is read.
  record Stored(StoredBytes bytes, long offset, long length) implements Slice {}
}
