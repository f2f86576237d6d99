package io.tarn.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.tarn.budget.Budget;

/// How long the reads of a connection are: as long as its last ones were full, and short while the
/// memory of bodies is tight, since every body that nobody reads holds one read at least.
final class Reads implements RecvByteBufAllocator {
  /// Bytes a connection is read by at first, and what that grows to while a body fills each read.
  /// Longer reads take less processor time, and this much more of a body may be in memory.
  private static final int FIRST = 2048;

  private static final int LONGEST = 128 << 10;

  private final Budget bodies;
  private final AdaptiveRecvByteBufAllocator adaptive =
      new AdaptiveRecvByteBufAllocator(64, FIRST, LONGEST);

  Reads(Budget bodies) {
    this.bodies = bodies;
  }

  @Override
  @SuppressWarnings("deprecation") // the interface has no other
  public Handle newHandle() {
    return new Sparing((ExtendedHandle) adaptive.newHandle());
  }

  private final class Sparing extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle usual;

    Sparing(ExtendedHandle usual) {
      super(usual);
      this.usual = usual;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return bodies.isTight() ? allocator.ioBuffer(guess()) : usual.allocate(allocator);
    }

    @Override
    public int guess() {
      return bodies.isTight() ? Math.min(FIRST, usual.guess()) : usual.guess();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return usual.continueReading(maybeMore);
    }
  }
}
