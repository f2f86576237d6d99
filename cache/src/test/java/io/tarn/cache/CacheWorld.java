package io.tarn.cache;

import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.DataSize;
import io.tarn.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// What tests build near-caches of: small blocks, and a clock that stands until it is moved.
final class CacheWorld {
  static final int BLOCK = 64 << 10;

  private CacheWorld() {}

  static CacheSettings settings(long size) {
    return settings(size, BLOCK, new CacheCalls(Duration.ofSeconds(20), 8, Duration.ofSeconds(1)));
  }

  static CacheSettings settings(long size, int block, CacheCalls calls) {
    return new CacheSettings(
        DataSize.ofBytes(size),
        DataSize.ofBytes(block),
        DataSize.ofBytes(0),
        DataSize.ofMebibytes(4),
        DataSize.ofMebibytes(1),
        DataSize.ofBytes(4 * BLOCK),
        Duration.ofSeconds(20),
        calls);
  }

  static CachePolicy policy(CachePolicy.Freshness freshness) {
    return new CachePolicy(
        freshness,
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ZERO,
        CachePolicy.WriteMode.THROUGH);
  }

  static BlockStore blocks(Path directory, long size, InstantSource clock) {
    try {
      return BlockStore.open(List.of(directory), settings(size), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static NearCache cache(
      ObjectStore origin, BlockStore blocks, CachePolicy policy, InstantSource clock) {
    return new NearCache(origin, blocks, _ -> policy, metrics(blocks), clock);
  }

  static CacheMetrics metrics(BlockStore blocks) {
    return metrics(new Metrics(new MetricsSettings(200, 5000, false)), blocks);
  }

  static CacheMetrics metrics(Metrics metrics, BlockStore blocks) {
    return new CacheMetrics(metrics, blocks, Instant.EPOCH);
  }

  /// A clock that is moved by hand.
  static final class HandClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void pass(Duration time) {
      now = now.plus(time);
    }
  }
}
