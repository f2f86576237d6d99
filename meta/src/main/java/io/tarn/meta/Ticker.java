package io.tarn.meta;

import java.util.concurrent.locks.LockSupport;

/// Time that only goes on, which nobody sets, and waiting by it: the system's, or a simulation's.
public interface Ticker {
  Ticker SYSTEM = new SystemTicker();

  /// Nanoseconds since some moment.
  long nanos();

  /// Waits for so many nanoseconds, or until the thread is unparked or interrupted; may return
  /// sooner for no reason. As [LockSupport#parkNanos].
  void park(long nanos);

  /// The system's.
  final class SystemTicker implements Ticker {
    private SystemTicker() {}

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void park(long nanos) {
      LockSupport.parkNanos(this, nanos);
    }
  }
}
