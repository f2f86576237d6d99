package io.tarn.node;

import io.tarn.cache.BackMetrics;
import io.tarn.cache.BlockStore;
import io.tarn.cache.CachePolicy;
import io.tarn.cache.QueueStatus;
import io.tarn.cache.WriteBack;
import io.tarn.cache.WriteQueue;
import io.tarn.observe.Metrics;
import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The queue of acknowledged writes, which all origins share. There is none before the first
/// origin, unless an earlier run left one. Thread-safe.
final class SharedQueue implements AutoCloseable {
  private final TarnConfig config;
  private final @Nullable Path directory;
  private final Metrics metrics;
  private final InstantSource clock;
  private @Nullable Opened opened;
  private @Nullable BlockStore cache;

  private record Opened(WriteQueue queue, BackMetrics metrics) {}

  /// `metadata`: the directory of the node's metadata, for a queue that has no place of its own;
  /// null where nothing is kept, and then there is no queue.
  SharedQueue(TarnConfig config, @Nullable Path metadata, Metrics metrics, InstantSource clock) {
    this.config = config;
    this.directory =
        metadata == null
            ? null
            : Objects.requireNonNullElse(config.back().directory(), metadata.resolve("write-back"));
    this.metrics = metrics;
    this.clock = clock;
  }

  @Nullable Path directory() {
    return directory;
  }

  /// What takes writes before an origin, with the cache before it; null where nothing is kept.
  ///
  /// @throws StoreFailure.Unavailable when the queue cannot be used; says why
  @Nullable WriteBack before(String origin, ObjectStore near, CachePolicy policy) {
    Path place = directory;
    if (place == null) {
      if (policy.writes() != CachePolicy.WriteMode.BACK) return null;
      throw new StoreFailure.Unavailable(
          "origin %s has writes=back, which needs a disk, and this server keeps nothing"
              .formatted(origin),
          null);
    }
    Opened shared = open(place);
    return new WriteBack(origin, near, shared.queue, _ -> policy, shared.metrics);
  }

  private synchronized Opened open(Path place) {
    Opened there = opened;
    if (there != null) return there;
    try {
      WriteQueue queue = WriteQueue.open(place, config.back(), config.cache().calls(), clock);
      there = new Opened(queue, new BackMetrics(metrics, queue));
      opened = there;
      if (cache != null) queue.before(cache);
      return there;
    } catch (IOException e) {
      throw new StoreFailure.Unavailable(
          "the write-back queue cannot be used: " + e.getMessage(), e);
    }
  }

  /// What an earlier run left of writes that were acknowledged; opens the queue if there is one.
  List<QueueStatus> left() {
    Path place = directory;
    if (place == null || !Files.isDirectory(place)) return List.of();
    return open(place).queue.status();
  }

  /// The cache gives way to queued writes where they share a disk.
  synchronized void before(BlockStore blocks) {
    cache = blocks;
    queue().ifPresent(each -> each.before(blocks));
  }

  synchronized Optional<WriteQueue> queue() {
    return Optional.ofNullable(opened).map(Opened::queue);
  }

  @Override
  public void close() {
    queue().ifPresent(WriteQueue::close);
  }
}
