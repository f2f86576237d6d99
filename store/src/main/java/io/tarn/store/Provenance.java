package io.tarn.store;

import java.time.Duration;

/// Where an answer came from, for the front end to tell: what a near-cache between it and the
/// origin had of it. `age` is how long ago the origin last said that it is so; zero where it was
/// asked for this very answer.
public record Provenance(Verdict verdict, Duration age) {
  /// Of stores that are the truth themselves.
  public static final Provenance UNSAID = new Provenance(Verdict.UNSAID, Duration.ZERO);

  /// How much of an answer was local.
  public enum Verdict {
    /// There is no cache.
    UNSAID,
    /// All of it, and the origin was not asked.
    HIT,
    /// Some of the bytes.
    PARTIAL,
    /// Nothing.
    MISS,
    /// All of it, though the origin could not be asked whether it still is so.
    STALE,
    /// All bytes, and the origin said that they still are the object's.
    REVALIDATED,
    /// Not looked at: the cache does not answer such requests, or has no room.
    BYPASS
  }
}
