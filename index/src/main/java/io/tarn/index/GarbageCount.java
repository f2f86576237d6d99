package io.tarn.index;

import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.store.StoreFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Counts the garbage, some pages at a time, again and again: what is known is as old as the last
/// count that came to its end. Of one thread, but for [#last].
final class GarbageCount {
  private static final int PAGE = 1000;
  private static final int PAGES = 8;

  private final Rows rows;
  private final InstantSource clock;
  private final KeyRange all = RowKeys.all('G');
  private volatile Counted last = Counted.NOTHING;

  private Optional<MetaKey> next = Optional.empty();
  private long count;
  private long bytes;
  private long oldest;

  /// How much garbage there was. `bytes` are those the rows tell of, which not all do; `oldest` is
  /// when the oldest of it became garbage, [Instant#MAX] when there is none.
  record Counted(long rows, long bytes, Instant oldest) {
    static final Counted NOTHING = new Counted(0, 0, Instant.MAX);
  }

  GarbageCount(Rows rows, InstantSource clock) {
    this.rows = rows;
    this.clock = clock;
  }

  Counted last() {
    return last;
  }

  /// Goes on counting; true when it came to an end. Fails with [StoreFailure].
  boolean step() {
    if (next.isEmpty()) begin();
    for (int i = 0; i < PAGES && next.isPresent(); i++) {
      Page page = rows.scan(Scan.of(all, PAGE).from(next.get()));
      for (Item item : page.items())
        if (item instanceof Item.Row(var entry)) add(entry.key(), entry.value());
      next = page.next();
    }
    if (next.isPresent()) return false;
    last = new Counted(count, bytes, count == 0 ? Instant.MAX : Instant.ofEpochMilli(oldest));
    return true;
  }

  private void begin() {
    next = Optional.of(all.fromInclusive());
    count = bytes = 0;
    oldest = clock.millis();
  }

  private void add(MetaKey key, byte[] remains) {
    count++;
    oldest = Math.min(oldest, Tokens.epochMillis(RowKeys.buriedBy(key)));
    try {
      bytes += Graves.label(remains).bytes();
    } catch (StoreFailure.Corrupt e) {
      // the reaper says so when it gets there
    }
  }
}
