package io.tarn.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Counts what is open and running on a listener, and tells when nothing is.
final class OpenCount {
  final LongAdder accepted = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder requests = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder timedOut = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder overdrawn = new LongAdder();

  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();

  void opened() {
    accepted.increment();
    busy.incrementAndGet();
    open.incrementAndGet();
  }

  void refused() {
    accepted.increment();
    refused.increment();
  }

  void closed() {
    open.decrementAndGet();
    left();
  }

  void requestBegan() {
    requests.increment();
    busy.incrementAndGet();
  }

  void requestEnded() {
    left();
  }

  HttpCounts counts() {
    return new HttpCounts(
        open.get(),
        accepted.sum(),
        refused.sum(),
        requests.sum(),
        malformed.sum(),
        timedOut.sum(),
        failed.sum(),
        overdrawn.sum());
  }

  /// Waits until no connection is open and no handler runs; false when the time is over first.
  boolean awaitQuiet(Duration patience) {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (busy.get() > 0) {
        if (left <= 0) return false;
        left = quiet.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void left() {
    if (busy.decrementAndGet() == 0) {
      lock.lock();
      try {
        quiet.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
