package io.tarn.disk;

import io.tarn.io.Calls;
import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at directories that may be on a disk that does not answer, before there is a [Volume] that
/// knows of it. The thread of a look that does not end is left to the kernel.
public final class Bounded {
  private Bounded() {}

  public interface Look<T extends @Nullable Object> {
    T run() throws IOException;
  }

  /// Runs `look` on a thread of its own. Fails with what it fails with, and with [Unavailable] when
  /// it does not end in time; then `late` gets what it comes to.
  public static <T extends @Nullable Object> T run(
      Path directory, Duration patience, Look<T> look, Consumer<T> late) throws IOException {
    var outcome = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .name("look")
        .start(
            () -> {
              try {
                T result = look.run();
                if (!outcome.complete(result)) late.accept(result);
              } catch (Throwable e) { // it is the caller's, whatever it is
                outcome.completeExceptionally(e);
              }
            });
    return await(directory, patience, outcome);
  }

  private static <T extends @Nullable Object> T await(
      Path directory, Duration patience, CompletableFuture<T> outcome) throws IOException {
    try {
      return outcome.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      var silent =
          new Unavailable(
              "%s does not answer within %s. See to its disk; to serve without it for now, leave it out and start with --degraded"
                  .formatted(directory, Calls.text(patience)),
              e);
      if (outcome.completeExceptionally(silent)) throw silent;
      return await(directory, patience, outcome);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("interrupted while looking at " + directory, e);
    } catch (ExecutionException e) {
      throw Calls.failure(e.getCause());
    }
  }
}
