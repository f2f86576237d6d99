package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Tokens;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One pass of the [Reaper] through all that is due; what is put off meanwhile is not met again.
final class Sweep {
  final long token;
  final long started;
  final long discardedUntil;
  private final Iterator<KeyRange> ranges;
  KeyRange range;
  @Nullable MetaKey next;
  boolean clean = true;

  Sweep(long token, long started, long discardedUntil, List<KeyRange> ranges) {
    this.token = token;
    this.started = started;
    this.discardedUntil = discardedUntil;
    this.ranges = ranges.iterator();
    range = this.ranges.next();
    next = range.fromInclusive();
  }

  void goOn(@Nullable MetaKey from) {
    next = from;
    if (from != null || !ranges.hasNext()) return;
    range = ranges.next();
    next = range.fromInclusive();
  }

  boolean concerns(Entry row) {
    return row.version() <= token
        && Tokens.epochMillis(IndexKeys.discardedBy(row.key())) <= discardedUntil;
  }
}
