package io.tarn.meta;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Platform threads for reads that may wait for the disk: inside a native call a virtual thread
/// would hold its carrier. Threads come with the first misses and leave after half a minute of
/// rest.
final class ReadPool {

  private final ThreadPoolExecutor threads;

  /// - `most`: threads
  /// - `waiting`: reads beyond which more are refused
  ReadPool(String name, int most, int waiting) {
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name(name, 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// Fails the future with [MetaException.Overloaded] when too many reads wait already.
  <T> CompletableFuture<T> submit(Supplier<T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> run(read, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          new MetaException.Overloaded("too many metadata reads are waiting for the disk"));
    }
    return answer;
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it was, it belongs to whoever asked
  private static <T> void run(Supplier<T> read, CompletableFuture<T> answer) {
    try {
      answer.complete(read.get());
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  void close() {
    threads.shutdown();
  }
}
