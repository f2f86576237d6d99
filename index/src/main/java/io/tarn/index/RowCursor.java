package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of a range one after another, forward only, a page at a time. Pages start small and grow,
/// so that skipping from group to group does not read what it skips.
final class RowCursor {
  private static final int SMALLEST = 32;
  private static final int LARGEST = 1024;

  private final Rows rows;
  private final Scan scan;
  private List<Item> items = List.of();
  private int at;
  private Optional<MetaKey> next;
  private int size = SMALLEST;

  RowCursor(Rows rows, KeyRange range) {
    this.rows = rows;
    this.scan = Scan.of(range, LARGEST);
    this.next = Optional.of(range.fromInclusive());
  }

  /// The row at hand, or null at the end.
  @Nullable Entry peek() {
    while (at == items.size()) {
      if (next.isEmpty()) return null;
      KeyRange left = scan.range().from(next.get());
      Page page = rows.scan(Scan.of(left, size));
      size = Math.min(LARGEST, size * 2);
      items = page.items();
      next = page.next();
      at = 0;
    }
    if (items.get(at) instanceof Item.Row(var entry)) return entry;
    throw new IllegalStateException("a roll-up that nobody asked for");
  }

  void advance() {
    at++;
  }

  /// Goes on to the first row at or after `key`; never backwards.
  void seek(MetaKey key) {
    while (at < items.size() && items.get(at) instanceof Item.Row(var entry)) {
      if (entry.key().compareTo(key) >= 0) return;
      at++;
    }
    if (next.isPresent() && next.get().compareTo(key) < 0) {
      next = Optional.of(key);
      size = SMALLEST;
    }
  }
}
