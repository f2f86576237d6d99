package io.tarn.meta;

/// How fresh a read must be.
public enum ReadLevel {
  /// Sees every commit that was acknowledged before the read began.
  LINEARIZABLE,
  /// May come from a follower, a replica or a cache that is a bounded time behind.
  BOUNDED_STALE
}
