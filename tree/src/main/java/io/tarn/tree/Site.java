package io.tarn.tree;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// What every request to an origin has: the threads that its file system is called on, the words
/// for what fails there, and the time.
record Site(DiskThreads threads, OriginErrors errors, InstantSource clock) {
  /// What the settings call the origin.
  String name() {
    return errors.origin();
  }

  /// As precisely as S3 says it.
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /// Makes calls and fails in the words of the waist.
  <T extends @Nullable Object> T make(DiskThreads.Work<T> work) {
    try {
      return threads.make(work);
    } catch (IOException e) {
      throw errors.of(e);
    }
  }

  /// Calls without a result.
  interface Action {
    void run() throws IOException;
  }

  void carryOut(Action action) {
    boolean _ =
        make(
            () -> {
              action.run();
              return true;
            });
  }

  /// Makes the last calls.
  void close(Action action) {
    try {
      threads.close(
          () -> {
            action.run();
            return true;
          });
    } catch (IOException e) {
      throw errors.of(e);
    }
  }

  StoreFailure readOnly() {
    return errors.readOnly();
  }
}
