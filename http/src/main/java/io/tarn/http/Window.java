package io.tarn.http;

import io.tarn.budget.Lease;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The bound on what one response has handed to its event loop and not yet sent: by its own limits,
/// and by what the memory of all responses has left. While it waits for memory it has none itself:
/// a response that has pieces under way waits for those.
final class Window {
  private final int mostBytes;
  private final Lease memory;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int pieces;
  private long bytes;
  private @Nullable String failure;

  /// - `patience`: how long a response without anything under way waits for memory
  Window(int mostBytes, Lease memory, Duration patience) {
    this.mostBytes = mostBytes;
    this.memory = memory;
    this.patience = patience;
  }

  /// Something about to be handed over.
  ///
  /// - `kept`: bytes of memory that it holds until it is sent
  record Entry(long length, long kept) {}

  /// Waits for room. A piece larger than the window goes alone.
  ///
  /// @throws TooMuch when there is no memory
  void enter(Entry piece, int mostPieces) {
    lock.lock();
    try {
      while (failure == null && pieces > 0 && !fits(piece, mostPieces)) {
        changed.awaitUninterruptibly();
      }
      if (failure != null) throw new ClientGone(failure);
      // With nothing under way nobody comes to this lock while we wait.
      if (pieces == 0 && piece.kept > 0 && !memory.take(piece.kept, patience)) {
        throw new TooMuch("the memory for responses is used up");
      }
      pieces++;
      bytes += piece.length;
    } finally {
      lock.unlock();
    }
  }

  /// When pieces are under way, takes the memory too.
  private boolean fits(Entry piece, int mostPieces) {
    return pieces < mostPieces
        && bytes + piece.length <= mostBytes
        && (piece.kept == 0 || memory.tryTake(piece.kept));
  }

  /// - `reason`: why the piece was not sent, or null when it was
  void leave(Entry piece, @Nullable String reason) {
    lock.lock();
    try {
      pieces--;
      bytes -= piece.length;
      memory.give(piece.kept);
      if (reason != null && failure == null) failure = reason;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until nothing is under way any more, sent or not.
  void awaitEmpty() {
    lock.lock();
    try {
      while (pieces > 0) changed.awaitUninterruptibly();
    } finally {
      lock.unlock();
    }
  }

  void requireSent() {
    awaitEmpty();
    if (failure != null) throw new ClientGone(failure);
  }
}
