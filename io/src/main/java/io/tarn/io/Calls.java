package io.tarn.io;

import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The calls to one directory that may wait for its disk, each on a thread of the system's: a disk
/// that does not answer holds those of its own directory, of which there are so many and no more,
/// and nobody else's. (On a virtual thread such a call would hold its carrier, and there are about
/// as many carriers as cores, for everybody.) Threads are made when they are needed and end when
/// they are not.
///
/// A call that has not ended in time is left to the kernel. Whoever waited is told, the directory
/// is fenced, and what the call comes to later is undone by who made it ([Late]). Thread-safe.
public final class Calls {
  private static final long IDLE_SECONDS = 10;
  private static final long SLICE_MILLIS = 100;

  private final String name;
  private final CallSettings settings;
  private final Fence fence;
  private final Semaphore places;
  private final AtomicInteger hung = new AtomicInteger();
  private final AtomicBoolean checking = new AtomicBoolean();
  private final Executor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE, // the places are fewer
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("disk-", 0).factory());

  /// A call, or some that belong together.
  public interface Call<T extends @Nullable Object> {
    T run() throws IOException;
  }

  /// A call without a result.
  public interface Action {
    void run() throws IOException;
  }

  /// Undoes a call that came to an end after nobody waited for it any more.
  public interface Late<T extends @Nullable Object> {
    /// `result` is null when the call failed.
    void undo(@Nullable T result);

    /// From now on [#undo] may be asked for: the call was not refused.
    default void begun() {}
  }

  /// `name` is what messages call it.
  public Calls(String name, CallSettings settings, Fence fence) {
    this.name = name;
    this.settings = settings;
    this.fence = fence;
    this.places = new Semaphore(settings.most());
  }

  /// Makes a call that leaves nothing behind. See [#make(Call, Late)].
  public <T extends @Nullable Object> T make(Call<T> call) throws IOException {
    return make(call, _ -> {});
  }

  /// Makes a call that has no result.
  public void carryOut(Action action) throws IOException {
    boolean _ =
        make(
            () -> {
              action.run();
              return true;
            });
  }

  /// Makes a call and waits for it. Fails with what it fails with; with [Unresponsive] when it does
  /// not end in time, at once while the disk does not answer, and when no place becomes free in
  /// time.
  public <T extends @Nullable Object> T make(Call<T> call, Late<T> late) throws IOException {
    return make(1, call, late);
  }

  /// With so many times the usual patience, for a call that has much to write.
  public <T extends @Nullable Object> T make(int times, Call<T> call, Late<T> late)
      throws IOException {
    fence.refuseSilent();
    if (!places.tryAcquire()) awaitPlace();
    late.begun();
    return await(start(call, late, places::release), times * settings.patience().toNanos());
  }

  /// Makes a call that finds out whether the disk answers, whatever is known of it. One at a time.
  public void check(Call<?> call) throws IOException {
    Object _ = check(1, call);
  }

  /// As [#check(Call)], with so many times the usual patience, for a call that has much to do.
  public <T extends @Nullable Object> T check(int times, Call<T> call) throws IOException {
    if (!checking.compareAndSet(false, true)) {
      throw new Unresponsive("a check of %s has not ended yet".formatted(name), null);
    }
    T result = await(startChecking(call), times * settings.patience().toNanos());
    if (hung.get() > settings.most() / 2) {
      throw new IOException(
          "%d calls from before have not returned; if that stays so, restart the server"
              .formatted(hung.get()));
    }
    return result;
  }

  /// It has ended before its outcome is known, so that who knows that may check again.
  private <T extends @Nullable Object> CompletableFuture<T> startChecking(Call<T> call) {
    try {
      return start(
          () -> {
            try {
              return call.run();
            } finally {
              checking.set(false);
            }
          },
          _ -> {},
          () -> {});
    } catch (RuntimeException | Error e) {
      checking.set(false);
      throw e;
    }
  }

  /// Makes a call for which nobody waits, if there is a place for it.
  public boolean begin(Runnable call) {
    if (fence.isSilent() || !places.tryAcquire()) return false;
    var _ =
        start(
            () -> {
              call.run();
              return null;
            },
            _ -> {},
            places::release);
    return true;
  }

  /// Something has waited for so long that the disk is not waited for any more.
  public void overdue(String what) {
    fence.silent(
        new IOException("%s did not end within %s".formatted(what, text(settings.patience()))));
  }

  /// How long a call may take.
  public long patienceNanos() {
    return settings.patience().toNanos();
  }

  /// Calls that have begun and not ended.
  public int underway() {
    return settings.most() - places.availablePermits();
  }

  /// Those of them that nobody waits for any more.
  public int hung() {
    return Math.max(0, hung.get());
  }

  private void awaitPlace() {
    long end = System.nanoTime() + settings.patience().toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        fence.refuseSilent();
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw new Unresponsive(
              "%s has too much to do. Please try again later.".formatted(name), null);
        }
        try {
          long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS));
          if (places.tryAcquire(slice, TimeUnit.NANOSECONDS)) return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private <T extends @Nullable Object> CompletableFuture<T> start(
      Call<T> call, Late<T> late, Runnable ended) {
    var outcome = new CompletableFuture<T>();
    try {
      threads.execute(() -> run(call, outcome, late, ended));
    } catch (RuntimeException | Error e) {
      ended.run(); // no thread can be had
      throw e;
    }
    return outcome;
  }

  private <T extends @Nullable Object> void run(
      Call<T> call, CompletableFuture<T> outcome, Late<T> late, Runnable ended) {
    try {
      T result = call.run();
      if (!outcome.complete(result)) returned(late, result);
    } catch (Throwable e) { // it is the caller's, whatever it is
      if (!outcome.completeExceptionally(e)) returned(late, null);
    } finally {
      ended.run();
    }
  }

  private <T extends @Nullable Object> void returned(Late<T> late, @Nullable T result) {
    try {
      late.undo(result);
    } finally {
      hung.decrementAndGet();
    }
  }

  private <T extends @Nullable Object> T await(CompletableFuture<T> outcome, long nanos)
      throws IOException {
    long end = System.nanoTime() + nanos;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return outcome.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          abandon(outcome, nanos);
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  /// Unless it has just ended. What waits for a disk cannot be interrupted.
  private void abandon(CompletableFuture<?> outcome, long nanos) {
    hung.incrementAndGet();
    var late =
        new IOException("a call did not return within %s".formatted(text(Duration.ofNanos(nanos))));
    if (outcome.completeExceptionally(fence.unresponsive(late))) {
      fence.silent(late);
    } else {
      hung.decrementAndGet();
    }
  }

  /// As messages say it.
  public static String text(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  /// What a call failed with, to be thrown: at once unless it is the disk's.
  public static IOException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(cause);
    };
  }
}
