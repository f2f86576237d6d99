package io.tarn.tree;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Locks by name: one that nobody holds or waits for is not there. They are taken by the threads of
/// requests, before they go to the file system.
final class NamedLocks {
  private final ConcurrentHashMap<String, Shared> locks = new ConcurrentHashMap<>();

  private static final class Shared {
    private final ReentrantLock lock = new ReentrantLock();
    private int users; // changed within the map only
  }

  /// A lock that is held, by this thread.
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  Held take(String name) {
    Shared shared =
        locks.compute(
            name,
            (_, there) -> {
              Shared taken = there == null ? new Shared() : there;
              taken.users++;
              return taken;
            });
    if (shared == null) throw new IllegalStateException("a lock that was just made");
    shared.lock.lock();
    return () -> {
      shared.lock.unlock();
      locks.computeIfPresent(name, (_, there) -> --there.users == 0 ? null : there);
    };
  }
}
