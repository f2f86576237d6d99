package io.tarn.node;

import io.tarn.cache.BlockStore;
import io.tarn.cache.CacheMetrics;
import io.tarn.cache.CachePolicy;
import io.tarn.cache.CacheUpkeep;
import io.tarn.cache.CacheUsage;
import io.tarn.cache.NearCache;
import io.tarn.cache.PriceSettings;
import io.tarn.observe.Metrics;
import io.tarn.store.ObjectStore;
import io.tarn.store.OriginTraffic;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The disks and counts of the near-cache, which all origins share. There is none before the first
/// origin that is cached. Thread-safe.
final class SharedCache implements AutoCloseable {
  private final TarnConfig config;
  private final List<Path> directories;
  private final SharedQueue queue;
  private final Metrics metrics;
  private final InstantSource clock;
  private @Nullable Opened opened;
  private @Nullable Set<Long> known;

  private record Opened(BlockStore blocks, CacheMetrics metrics) {}

  /// `metadata`: the directory of the node's metadata, for a cache that has no place of its own;
  /// null where nothing is kept, and then there is no cache.
  SharedCache(TarnConfig config, @Nullable Path metadata, Metrics metrics, InstantSource clock) {
    this.config = config;
    if (metadata == null) {
      this.directories = List.of();
    } else {
      this.directories =
          config.cacheDirectories().isEmpty()
              ? List.of(metadata.resolve("cache"))
              : config.cacheDirectories();
    }
    this.queue = new SharedQueue(config, metadata, metrics, clock);
    this.metrics = metrics;
    this.clock = clock;
  }

  /// The queue of writes, which stands before it.
  SharedQueue queue() {
    return queue;
  }

  List<Path> directories() {
    return directories;
  }

  /// One that stands before an origin; null where nothing is kept.
  ///
  /// @throws StoreFailure.Unavailable when its directories cannot be used
  @Nullable NearCache before(ObjectStore origin, CachePolicy policy) {
    if (directories.isEmpty()) return null;
    Opened shared = open();
    return new NearCache(origin, shared.blocks, _ -> policy, shared.metrics, clock);
  }

  /// Is told what passes between here and an origin with these prices.
  ///
  /// @throws StoreFailure.Unavailable when its directories cannot be used
  OriginTraffic traffic(PriceSettings prices) {
    if (directories.isEmpty()) return OriginTraffic.UNTOLD;
    return open().metrics.traffic(prices);
  }

  private synchronized Opened open() {
    Opened there = opened;
    if (there != null) return there;
    try {
      BlockStore blocks = BlockStore.open(directories, config.cache(), clock);
      if (known != null) CacheUpkeep.unpinOthers(blocks, known);
      there = new Opened(blocks, new CacheMetrics(metrics, blocks, clock.instant()));
      queue.before(blocks);
      opened = there;
      return there;
    } catch (IOException e) {
      throw new StoreFailure.Unavailable(
          "the near-cache cannot use its directories (cache-directories): " + e.getMessage(), e);
    }
  }

  private synchronized Optional<BlockStore> blocks() {
    return Optional.ofNullable(opened).map(Opened::blocks);
  }

  Optional<CacheUsage> usage() {
    return blocks().map(BlockStore::usage);
  }

  /// At a start: what is pinned of other buckets than these is of buckets that are gone.
  synchronized void unpinOthers(Set<Long> buckets) {
    if (opened == null) {
      known = Set.copyOf(buckets);
    } else {
      CacheUpkeep.unpinOthers(opened.blocks, buckets);
    }
  }

  @Override
  public void close() {
    queue.close();
    blocks().ifPresent(BlockStore::close);
  }
}
