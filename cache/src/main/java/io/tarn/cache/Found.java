package io.tarn.cache;

import io.tarn.cache.Heads.Known;
import io.tarn.cache.Heads.Lookup;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Provenance.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a read is about, and how that is known: `HIT`, from memory; `STALE`, likewise, since the
/// origin does not answer; `REVALIDATED` or `MISS`, from the origin, and it is what it was or not.
record Found(Known known, Verdict verdict, Duration age, @Nullable Cold cold)
    implements AutoCloseable {
  static Found remembered(Known known, Verdict verdict, Duration age) {
    return new Found(known, verdict, age, null);
  }

  /// The origin said it just now.
  static Found asked(Known known, Verdict verdict) {
    return new Found(known, verdict, Duration.ZERO, null);
  }

  ObjectHead head() {
    return known.head();
  }

  /// Remembers what was found and lets others go on with it.
  @Override
  public void close() {
    if (cold != null) cold.close(known);
  }

  /// What the origin answered where nothing was known: bytes, too. Whoever comes later waits until
  /// it was looked at, and then finds the blocks of these bytes claimed.
  static final class Cold {
    private final Lookup lookup;
    private @Nullable OpenObject opened;

    Cold(Lookup lookup, OpenObject opened) {
      this.lookup = lookup;
      this.opened = opened;
    }

    /// Hands the bytes over.
    OpenObject take() {
      OpenObject given = opened;
      opened = null;
      if (given == null) throw new IllegalStateException("taken twice");
      return given;
    }

    private void close(Known known) {
      lookup.remember(known);
      lookup.close();
      OpenObject left = opened;
      opened = null;
      if (left != null) left.close();
    }
  }
}
