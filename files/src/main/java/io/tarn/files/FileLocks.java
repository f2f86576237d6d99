package io.tarn.files;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A lock for each file, as long as somebody has it or waits for it: for what takes more than one
/// step. What is one step, the store decides.
final class FileLocks {
  private final ConcurrentHashMap<FileId, Shared> locks = new ConcurrentHashMap<>();
  private final Duration patience;

  private static final class Shared {
    private final ReentrantLock lock = new ReentrantLock();
    private int users; // changed within the map only
  }

  /// The lock of a file, taken by this thread.
  interface Taken extends AutoCloseable {
    @Override
    void close();
  }

  FileLocks(Duration patience) {
    this.patience = patience;
  }

  /// @throws FileFailure when another has it for too long
  Taken take(FileId id) {
    Shared shared =
        locks.compute(
            id,
            (_, there) -> {
              Shared taken = there == null ? new Shared() : there;
              taken.users++;
              return taken;
            });
    if (shared == null) throw new IllegalStateException("a lock that was just made");
    boolean taken = false;
    try {
      taken = shared.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (!taken) leave(id);
    }
    if (!taken) throw FileFailure.busy("Another request is at work on this file; try again.");
    return () -> {
      shared.lock.unlock();
      leave(id);
    };
  }

  private void leave(FileId id) {
    locks.computeIfPresent(id, (_, there) -> --there.users == 0 ? null : there);
  }
}
