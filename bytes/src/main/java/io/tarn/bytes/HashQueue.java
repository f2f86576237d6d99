package io.tarn.bytes;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Buffers on their way through one hash on other threads, in order, one at a time. The next is
/// taken up without waking anybody; after each one the thread looks whether another queue waits for
/// it, so that a long body does not keep it to itself.
final class HashQueue implements Runnable {
  private final MessageDigest digest;
  private final Executor threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hashed = lock.newCondition();
  private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>(4);
  private @Nullable Throwable failure;

  HashQueue(MessageDigest digest, Executor threads) {
    this.digest = digest;
    this.threads = threads;
  }

  /// The bytes must not change before [#await] says so.
  void add(ByteBuffer bytes) {
    boolean idle;
    lock.lock();
    try {
      idle = buffers.isEmpty();
      buffers.add(bytes);
    } finally {
      lock.unlock();
    }
    if (idle) goOn();
  }

  private void goOn() {
    try {
      threads.execute(this);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      run(); // the pool is full or ended, or cannot make a thread; somebody must, or all wait
    }
  }

  @Override
  public void run() {
    Throwable thrown = null;
    try {
      digest.update(first());
    } catch (RuntimeException | Error e) {
      thrown = e; // told to whoever waits
    }
    if (done(thrown)) goOn();
  }

  private ByteBuffer first() {
    lock.lock();
    try {
      return buffers.getFirst();
    } finally {
      lock.unlock();
    }
  }

  /// Whether there is more to do.
  private boolean done(@Nullable Throwable thrown) {
    lock.lock();
    try {
      if (thrown != null) {
        failure = thrown;
        buffers.clear();
      } else {
        buffers.removeFirst();
      }
      hashed.signalAll();
      return !buffers.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until all but the last `left` buffers are hashed. Short, and not cut short by an
  /// interrupt, which is kept: the bytes are still being read, and leaving would free them.
  void await(int left) {
    lock.lock();
    try {
      while (buffers.size() > left) hashed.awaitUninterruptibly();
      if (failure != null) throw new IllegalStateException("hashing failed", failure);
    } finally {
      lock.unlock();
    }
  }
}
