package io.tarn.http;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/// Makes the threads of a listener's event loops. The engine only logs it when one of them ends,
/// whatever ends it, and the connections of a loop that is gone are never served again: the handler
/// of uncaught exceptions must hear of it.
final class LoopThreads implements ThreadFactory {
  private final ThreadFactory threads;
  private final AtomicBoolean closed;

  /// - `closed`: set before the loops are told to end
  LoopThreads(int port, AtomicBoolean closed) {
    this.threads = Thread.ofPlatform().name("http-" + port + "-", 0).daemon().factory();
    this.closed = closed;
  }

  @Override
  public Thread newThread(Runnable loop) {
    return threads.newThread(
        () -> {
          loop.run();
          if (!closed.get()) throw new IllegalStateException("an event loop ended");
        });
  }
}
