package io.tarn.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tarn.store.ByteRange;

/// Notices readers who take an object range by range, in order, and fetches ahead of them: first a
/// block, then twice as many each time, up to the window. Whoever stops, or goes elsewhere, has at
/// most that many fetched for nothing. Of each reader only where he would go on is remembered.
final class ReadAhead {
  private static final long MOST_READERS = 10_000;

  private final Fills fills;
  private final Cache<Place, Streak> streaks =
      Caffeine.newBuilder().maximumSize(MOST_READERS).build();

  ReadAhead(Fills fills) {
    this.fills = fills;
  }

  /// Where a reader goes on.
  private record Place(Identity identity, long offset) {}

  /// - `blocks`: how many were fetched ahead the last time
  /// - `end`: the first block that was not
  private record Streak(int blocks, int end) {}

  /// A range is being read.
  void note(PinnedObject object, ByteRange range) {
    Streak before = streaks.asMap().remove(new Place(object.identity(), range.first()));
    long next = range.last() + 1;
    if (next >= object.size()) return;
    int after = fills.blocks().numberOf(range.last()) + 1; // the first that was not asked for
    Streak streak = before == null ? new Streak(0, after) : ahead(object, before, after);
    streaks.put(new Place(object.identity(), next), streak);
  }

  /// Fetches more when no more than half of what was fetched ahead is left.
  private Streak ahead(PinnedObject object, Streak before, int after) {
    int end = Math.max(before.end, after);
    if (end - after > before.blocks / 2) return before;
    int blocks = Math.clamp(2L * before.blocks, 1, fills.window());
    int most = Math.min(end + blocks, after + fills.window()) - 1;
    int last = Math.min(most, fills.blocks().last(object.size()));
    if (last >= end) fills.ahead(object, end, last);
    return new Streak(blocks, Math.max(end, last + 1));
  }
}
