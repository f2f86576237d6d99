package io.tarn.cache;

import java.util.HashMap;
import java.util.Map;

/// How much can be found in a cache, in all and of each bucket. Its owner's lock guards it.
final class Tally {
  private final Map<Long, Sums> buckets = new HashMap<>();
  private final Sums all = new Sums();

  /// What blocks come to.
  private static final class Sums {
    private long blocks;
    private long bytes;
    private long pinned;

    private void add(Block block, int sign) {
      blocks += sign;
      bytes += sign * block.cost();
      if (block.pinned) pinned += sign * block.cost();
    }
  }

  /// One that came; whether it is pinned is known by then.
  void add(Block block) {
    all.add(block, 1);
    buckets.computeIfAbsent(block.bucket(), _ -> new Sums()).add(block, 1);
  }

  /// One that went.
  void remove(Block block) {
    all.add(block, -1);
    buckets.computeIfPresent(
        block.bucket(),
        (_, sums) -> {
          sums.add(block, -1);
          return sums.blocks == 0 ? null : sums;
        });
  }

  long bytes() {
    return all.bytes;
  }

  long pinned() {
    return all.pinned;
  }

  /// Of one incarnation of a bucket.
  CacheShare of(long bucket) {
    Sums sums = buckets.get(bucket);
    return sums == null
        ? new CacheShare(0, 0, 0)
        : new CacheShare(sums.blocks, sums.bytes, sums.pinned);
  }
}
