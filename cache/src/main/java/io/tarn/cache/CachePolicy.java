package io.tarn.cache;

import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.time.Duration;

/// What a bucket allows its cache: how long an answer is taken for true, and what a write leaves
/// here.
public record CachePolicy(
    @Setting(
            value =
                "When the origin is asked whether an object is still what it was: ttl, when it was"
                    + " not for so long; revalidate, at each request; exclusive, never, because"
                    + " nobody else writes there.",
            fallback = "ttl")
        Freshness freshness,
    @Setting(
            value = "With ttl: how old an answer may be at most when a request comes.",
            fallback = "60s")
        Duration ttl,
    @Setting(
            value =
                "How long it is remembered that there is no such object; not longer than the object"
                    + " would be, and never with revalidate.",
            fallback = "5s")
        Duration absent,
    @Setting(
            value =
                "While the origin cannot be reached, how much older an answer may be; 0 to fail"
                    + " instead.",
            fallback = "0")
        Duration staleIfError,
    @Setting(
            value =
                "through, if what is written is kept here, too, once the origin has it; around, if"
                    + " not; back, if a write is acknowledged when it is durable here, and taken to"
                    + " the origin later.",
            fallback = "through")
        WriteMode writes) {
  public static final CachePolicy DEFAULTS = Settings.defaults(CachePolicy.class);

  public CachePolicy {
    if (ttl.isNegative() || absent.isNegative() || staleIfError.isNegative()) {
      throw new IllegalArgumentException("a duration cannot be negative");
    }
  }

  /// When the origin is asked.
  public enum Freshness {
    TTL,
    REVALIDATE,
    EXCLUSIVE
  }

  /// When a write is acknowledged, and what it leaves in the cache.
  public enum WriteMode {
    THROUGH,
    AROUND,
    /// What [WriteBack] queues.
    BACK
  }
}
