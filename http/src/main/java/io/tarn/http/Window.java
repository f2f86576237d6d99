package io.tarn.http;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The bound on what one response has handed to its event loop and not yet sent.
final class Window {
  private final int mostBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int pieces;
  private long bytes;
  private @Nullable String failure;

  Window(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /// Waits for room. A piece larger than the window goes alone.
  void enter(long length, int mostPieces) {
    lock.lock();
    try {
      while (failure == null
          && pieces > 0
          && (pieces >= mostPieces || bytes + length > mostBytes)) {
        changed.awaitUninterruptibly();
      }
      if (failure != null) {
        throw new ClientGone(failure);
      }
      pieces++;
      bytes += length;
    } finally {
      lock.unlock();
    }
  }

  /// @param reason why the piece was not sent, or null when it was
  void leave(long length, @Nullable String reason) {
    lock.lock();
    try {
      pieces--;
      bytes -= length;
      if (reason != null && failure == null) {
        failure = reason;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until nothing is under way any more, sent or not.
  void awaitEmpty() {
    lock.lock();
    try {
      while (pieces > 0) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  void requireSent() {
    awaitEmpty();
    if (failure != null) {
      throw new ClientGone(failure);
    }
  }
}
