package io.tarn.store;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A verified piece of a payload.
public sealed interface Region {
  long length();

  /// Read-only bytes.
  record Memory(ByteBuffer bytes) implements Region {
    @Override
    public long length() {
      return bytes.remaining();
    }
  }

  /// A piece of an open file. The source owns the channel; the receiver only reads, by position.
  record FileSlice(FileChannel channel, long offset, long length) implements Region {}
}
