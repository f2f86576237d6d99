package io.tarn.tree;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The threads that calls to one file system are made on. It can be a network's, which may not
/// answer for minutes: on a virtual thread such a call would hold a carrier, for everybody.
///
/// A call that has begun is waited for, however long it takes: only the file system knows what will
/// become of it. So a silent one holds as many requests as there are places; those behind them are
/// refused after a while, and no other bucket is held up. Thread-safe.
final class DiskThreads {
  private static final long IDLE_SECONDS = 10;

  private final String origin;
  private final Semaphore places;
  private final int most;
  private final Duration patience;
  private volatile boolean closed;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE, // the places are fewer
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("tree-", 0).factory());

  DiskThreads(String origin, TreeSettings settings) {
    this.origin = origin;
    this.most = settings.most();
    this.places = new Semaphore(most);
    this.patience = settings.patience();
  }

  /// Some calls that belong together. Whatever it locks, it has locked before: who waits for a lock
  /// must hold no place.
  interface Work<T extends @Nullable Object> {
    T run() throws IOException;
  }

  <T extends @Nullable Object> T make(Work<T> work) throws IOException {
    awaitPlace();
    var outcome = new CompletableFuture<T>();
    try {
      threads.execute(() -> run(work, outcome));
    } catch (RuntimeException | Error e) {
      places.release(); // no thread can be had
      throw e;
    }
    try {
      return outcome.join();
    } catch (CompletionException e) {
      throw failure(e.getCause());
    }
  }

  private <T extends @Nullable Object> void run(Work<T> work, CompletableFuture<T> outcome) {
    T result;
    try {
      result = work.run();
    } catch (Throwable e) { // it is the caller's, whatever it is
      places.release();
      outcome.completeExceptionally(e);
      return;
    }
    places.release();
    outcome.complete(result);
  }

  /// Does something that nobody waits for, and that does not fail.
  void later(Runnable work) {
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      work.run(); // the end of the server has come
    }
  }

  private void awaitPlace() {
    takePlace();
    if (!closed) return;
    places.release();
    throw new StoreFailure.Unavailable(
        "the origin %s is not in use any more".formatted(origin), null);
  }

  private void takePlace() {
    if (places.tryAcquire()) return;
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (places.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) return;
          throw new StoreFailure.Unresponsive(
              "the origin %s has too much to do. Please try again later.".formatted(origin), null);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private static IOException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(cause);
    };
  }

  /// Lets calls that have begun end, refuses those to come, and makes a last one. That is left out
  /// where some do not end in time: they may be about to use what it closes.
  void close(Work<Boolean> last) throws IOException {
    closed = true;
    try {
      if (!places.tryAcquire(most, patience.toNanos(), TimeUnit.NANOSECONDS)) return;
      try {
        boolean _ = last.run();
      } finally {
        places.release(most); // for who waits, to be refused
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdown();
    }
  }
}
