package io.tarn.index;

import io.tarn.meta.Entry;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Garbage rows that name blobs, from when the [Reaper] met them until whoever was about to pin
/// such a blob has done so, or is known by nobody any more. Bounded in memory; of one thread.
final class Ripening {
  private static final long MOST_BYTES = 16 << 20;

  private final ArrayDeque<Met> rows = new ArrayDeque<>();
  private final long nanos;
  private final int most;
  private long bytes;

  private record Met(Entry row, long at) {
    long bytes() {
      return row.value().length + 200L;
    }
  }

  /// Each for so many nanoseconds; at most so many at a time.
  Ripening(long nanos, int most) {
    this.nanos = nanos;
    this.most = most;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  boolean hasRoom() {
    return rows.size() < most && bytes <= MOST_BYTES;
  }

  /// A row that was met just now.
  void add(Entry row, long now) {
    var met = new Met(row, now);
    rows.add(met);
    bytes += met.bytes();
  }

  /// How long until the first is ripe; there must be one.
  long left(long now) {
    return rows.getFirst().at + nanos - now;
  }

  /// The next one that is ripe; null when there is none.
  @Nullable Entry poll(long now) {
    if (rows.isEmpty() || left(now) > 0) return null;
    Met first = rows.removeFirst();
    bytes -= first.bytes();
    return first.row;
  }

  void clear() {
    rows.clear();
    bytes = 0;
  }
}
