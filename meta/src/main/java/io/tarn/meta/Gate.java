package io.tarn.meta;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps a native engine open while anyone is inside: closing it under an iterator would crash the
/// process, not throw.
final class Gate {

  private static final long CLOSED = Long.MIN_VALUE;

  private final AtomicLong inside = new AtomicLong();
  private final CountDownLatch empty = new CountDownLatch(1);

  /// Fails with [MetaException.Unavailable] once the gate is closing. Each success needs one
  /// [#leave].
  void enter() {
    if (inside.getAndIncrement() < 0) {
      leave();
      throw new MetaException.Unavailable("the store is closed", null);
    }
  }

  void leave() {
    if (inside.decrementAndGet() == CLOSED) empty.countDown();
  }

  /// Lets nobody in any more and waits until the last one has left. Only one caller may close. An
  /// interrupt does not end the wait (it is kept for later): leaving early would crash the process.
  void close() {
    if (inside.getAndAdd(CLOSED) == 0) empty.countDown();
    Uninterrupted.run(empty::await);
  }

  boolean isClosing() {
    return inside.get() < 0;
  }
}
