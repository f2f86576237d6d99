package io.tarn.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The bytes of a large buffer piece by piece: the engine copies what it is given into direct
/// memory, and so copies no more than is on its way.
final class BufferPieces implements BodySlices {
  private static final int LENGTH = 256 << 10;

  private final ByteBuffer rest;

  BufferPieces(ByteBuffer bytes) {
    this.rest = bytes.duplicate();
  }

  @Override
  public @Nullable BodySlice next() {
    if (!rest.hasRemaining()) return null;
    var length = Math.min(LENGTH, rest.remaining());
    ByteBuffer slice = rest.slice(rest.position(), length);
    rest.position(rest.position() + length);
    return new BodySlice.Memory(slice);
  }

  @Override
  public void close() {}
}
