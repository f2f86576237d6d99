package io.tarn.node;

import io.tarn.cache.BlockPass;
import io.tarn.cache.CacheUpkeep;
import io.tarn.cache.NearCache;
import io.tarn.console.CachePins;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/// Goes over the cached blocks of a bucket in the background, when it begins to be used and when it
/// goes.
final class PinnedBlocks {
  private static final Duration STEP = Duration.ofSeconds(2);

  private PinnedBlocks() {}

  private interface Step {
    BlockPass.Step after(long serial);
  }

  private static void goOver(Step step) {
    BlockPass.Step made;
    long after = 0;
    do {
      made = step.after(after);
      after = made.after();
    } while (!made.done());
  }

  /// What was pinned stays so: a process that was killed has not written down which blocks were.
  static void resume(OpenOrigin open, Buckets documents, Bucket bucket) {
    NearCache cache = open.cache();
    if (cache == null) return;
    Collection<String> pins = CachePins.of(documents, bucket);
    if (pins.isEmpty()) return;
    CacheUpkeep upkeep = cache.upkeep();
    upkeep.pins(bucket, pins);
    Thread.ofVirtual()
        .name("cache-pins")
        .start(() -> goOver(after -> upkeep.settle(bucket, "", after, STEP)));
  }

  /// Nobody will ask for any of it again.
  static void giveUp(NearCache cache, Bucket bucket) {
    CacheUpkeep upkeep = cache.upkeep();
    upkeep.pins(bucket, List.of());
    Thread.ofVirtual()
        .name("cache-pins")
        .start(
            () -> {
              goOver(after -> upkeep.settle(bucket, "", after, STEP));
              goOver(after -> upkeep.evict(bucket, "", after, STEP));
            });
  }
}
