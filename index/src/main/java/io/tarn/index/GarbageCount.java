package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.store.StoreFailure;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Counts the garbage, some pages at a time, again and again: what is known is as old as the last
/// count that came to its end. Of one thread, but for [#last].
final class GarbageCount {
  private static final int PAGE = 1000;
  private static final int PER_STEP = 8 * PAGE;

  private final BlockingRows rows;
  private final InstantSource clock;
  private volatile Counted last = Counted.NOTHING;

  private @Nullable RowCursor cursor;
  private long count;
  private long bytes;
  private long oldest;

  /// How much garbage there was. `bytes` are those the rows tell of, which not all do; `oldest` is
  /// when the oldest of it became garbage, [Instant#MAX] when there is none.
  record Counted(long rows, long bytes, Instant oldest) {
    static final Counted NOTHING = new Counted(0, 0, Instant.MAX);
  }

  GarbageCount(BlockingRows rows, InstantSource clock) {
    this.rows = rows;
    this.clock = clock;
  }

  Counted last() {
    return last;
  }

  /// Goes on counting; true when it came to an end. Fails with [StoreFailure].
  boolean step() {
    RowCursor at = cursor == null ? begin() : cursor;
    for (int i = 0; i < PER_STEP; i++) {
      Entry row = at.next();
      if (row == null) {
        cursor = null;
        last = new Counted(count, bytes, count == 0 ? Instant.MAX : Instant.ofEpochMilli(oldest));
        return true;
      }
      add(row.key(), row.value());
    }
    return false;
  }

  private RowCursor begin() {
    count = bytes = 0;
    oldest = clock.millis();
    cursor = new RowCursor(rows, Scan.of(IndexKeys.all('G'), PAGE));
    return cursor;
  }

  private void add(MetaKey key, byte[] remains) {
    count++;
    oldest = Math.min(oldest, Tokens.epochMillis(IndexKeys.discardedBy(key)));
    try {
      bytes += GarbageRows.label(remains).bytes();
    } catch (StoreFailure.Corrupt e) {
      // the reaper says so when it gets there
    }
  }
}
