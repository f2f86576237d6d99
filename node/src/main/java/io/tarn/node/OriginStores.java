package io.tarn.node;

import io.tarn.cache.BlockPass;
import io.tarn.cache.BlockStore;
import io.tarn.cache.CacheMetrics;
import io.tarn.cache.CacheUpkeep;
import io.tarn.cache.CacheUsage;
import io.tarn.cache.NearCache;
import io.tarn.console.CachePins;
import io.tarn.console.Origins;
import io.tarn.observe.Metrics;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.Home;
import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import io.tarn.upstream.OriginKeys;
import io.tarn.upstream.OriginProbe;
import io.tarn.upstream.OriginSettings;
import io.tarn.upstream.S3Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The stores of the origins that the settings name, each behind the near-cache, which is one for
/// all of them. Without origins there is no cache.
final class OriginStores implements Origins, AutoCloseable {
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private final Map<String, S3Origin> origins = new TreeMap<>();
  private final Map<String, NearCache> cached = new TreeMap<>();
  private final @Nullable BlockStore blocks;
  private volatile boolean closed;

  /// `metadata`: the directory of the node's metadata, for a cache that has no place of its own.
  OriginStores(TarnConfig config, Path metadata, Metrics metrics, InstantSource clock)
      throws IOException {
    if (config.origins().isEmpty()) {
      blocks = null;
      return;
    }
    List<Path> directories = config.cacheDirectories();
    if (directories.isEmpty()) directories = List.of(metadata.resolve("cache"));
    BlockStore opened = BlockStore.open(directories, config.cache(), clock);
    blocks = opened;
    var counted = new CacheMetrics(metrics, opened);
    config.origins().forEach((name, origin) -> open(name.text(), origin, counted, clock));
  }

  private void open(String name, OriginConfig config, CacheMetrics metrics, InstantSource clock) {
    OriginSettings s3 = config.s3();
    var keys = new OriginKeys(s3.accessKey(), s3.secretKey(), s3.sessionToken());
    var origin = new S3Origin(name, s3, () -> keys, clock);
    origins.put(name, origin);
    BlockStore shared = Objects.requireNonNull(blocks);
    cached.put(name, new NearCache(origin, shared, _ -> config.cache(), metrics, clock));
  }

  /// By their names.
  Map<String, ObjectStore> byName() {
    return Map.copyOf(cached);
  }

  /// After a restart: what is pinned of these buckets stays so.
  void restore(List<Bucket> linked, Buckets documents) {
    for (Bucket bucket : linked) {
      NearCache cache = cache(bucket).orElse(null);
      if (cache == null) continue;
      Collection<String> pins = CachePins.of(documents, bucket);
      if (pins.isEmpty()) continue;
      cache.upkeep().pins(bucket, pins);
      Thread.ofVirtual().name("cache-pins").start(() -> settle(cache.upkeep(), bucket));
    }
  }

  /// A process that was killed has not written down which blocks were pinned.
  private void settle(CacheUpkeep upkeep, Bucket bucket) {
    BlockPass.Step step;
    long after = 0;
    do {
      step = upkeep.settle(bucket, "", after, SETTLING);
      after = step.after();
    } while (!step.done() && !closed);
  }

  @Override
  public Home.Linked examine(BucketName bucket, TenantId owner, Home.Linked wanted) {
    S3Origin origin = origins.get(wanted.origin());
    if (origin == null) {
      throw new StoreFailure.Unavailable(
          "the settings name no origin %s; they name %s. Start the server with --origins.%s.s3.endpoint=… and its keys"
              .formatted(
                  wanted.origin(),
                  origins.isEmpty() ? "none" : String.join(", ", origins.keySet()),
                  wanted.origin()),
          null);
    }
    var everything =
        new Home.Linked(wanted.origin(), wanted.bucket(), wanted.prefix(), Capability.ALL);
    var tried = new Bucket(bucket, 0, 0, owner, "", Instant.EPOCH, Versioning.OFF, everything);
    Set<Capability> found = OriginProbe.examine(origin, tried);
    return new Home.Linked(wanted.origin(), wanted.bucket(), wanted.prefix(), found);
  }

  @Override
  public Optional<NearCache> cache(Bucket bucket) {
    return bucket.home() instanceof Home.Linked link
        ? Optional.ofNullable(cached.get(link.origin()))
        : Optional.empty();
  }

  @Override
  public Optional<CacheUsage> usage() {
    return Optional.ofNullable(blocks).map(BlockStore::usage);
  }

  @Override
  public void close() {
    closed = true;
    origins.values().forEach(S3Origin::close);
    if (blocks != null) blocks.close();
  }
}
