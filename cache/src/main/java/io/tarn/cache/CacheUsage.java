package io.tarn.cache;

import java.util.Map;

/// How full a cache is, in bytes of disk, and what became of what was in it.
///
/// - `size`: the bound
/// - `used`: of it, all together: cached, being fetched, forgotten but still read
/// - `cached`: what can be found, `pinned` among it
/// - `blocks`: how many can be found
/// - `removals`: blocks that went since the start, by reason
public record CacheUsage(
    long size,
    long used,
    long cached,
    long pinned,
    long blocks,
    Map<Removal, Long> removals,
    Ghosts ghosts) {
  public CacheUsage {
    removals = Map.copyOf(removals);
  }

  /// What came back soon after it went: blocks and their bytes that a cache of twice the size would
  /// have had.
  public record Ghosts(long hits, long bytes) {}
}
