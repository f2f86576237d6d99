package io.tarn.http;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/// The same bytes again and again; counts what is handed out and not yet given back.
final class EndlessSlices implements BodySlices {
  private final byte[] bytes;
  final AtomicInteger handedOut = new AtomicInteger();
  final AtomicInteger outstanding = new AtomicInteger();
  final AtomicInteger mostOutstanding = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();

  EndlessSlices(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public BodySlice next() {
    handedOut.incrementAndGet();
    int now = outstanding.incrementAndGet();
    mostOutstanding.accumulateAndGet(now, Math::max);
    return new BodySlice.Memory(ByteBuffer.wrap(bytes), outstanding::decrementAndGet);
  }

  @Override
  public void close() {
    closed.incrementAndGet();
    if (outstanding.get() != 0) {
      throw new IllegalStateException("closed while " + outstanding + " slices are in use");
    }
  }
}
