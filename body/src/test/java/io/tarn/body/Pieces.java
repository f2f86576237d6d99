package io.tarn.body;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A body in pieces, as a network brings it: direct buffers that are overwritten when the next one
/// is asked for, so that nobody gets away with keeping one.
final class Pieces implements ByteSource {
  private final byte[] body;
  private final IntUnaryOperator size;
  private final ByteBuffer buffer;
  private int at;

  private Pieces(byte[] body, IntUnaryOperator size) {
    this.body = body;
    this.size = size;
    this.buffer = ByteBuffer.allocateDirect(Math.max(1, body.length));
  }

  static Pieces whole(byte[] body) {
    return new Pieces(body, left -> left);
  }

  static Pieces of(byte[] body, int size) {
    return new Pieces(body, left -> Math.min(left, size));
  }

  static Pieces random(byte[] body, Random random) {
    return new Pieces(body, left -> Math.min(left, random.nextInt(1 << (1 + random.nextInt(14)))));
  }

  @Override
  public @Nullable ByteBuffer next() {
    for (int i = 0; i < buffer.limit(); i++) buffer.put(i, (byte) 0xEE);
    if (at == body.length) return null;
    int count = size.applyAsInt(body.length - at);
    buffer.clear().put(body, at, count).flip();
    at += count;
    return buffer.asReadOnlyBuffer();
  }
}
