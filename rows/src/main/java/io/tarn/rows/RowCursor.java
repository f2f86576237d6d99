package io.tarn.rows;

import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a scan finds, one item after another, forward only: the one place that goes from page to
/// page, so that a short page is never taken for the end. A cursor over a range starts with small
/// pages that grow, so that skipping from group to group does not read what it skips.
public final class RowCursor {
  private static final int SMALLEST = 32;
  private static final int LARGEST = 1024;

  private final BlockingRows rows;
  private final Scan scan;
  private List<Item> items = List.of();
  private int at;
  private Optional<MetaKey> next;
  private int size;

  public RowCursor(BlockingRows rows, KeyRange range) {
    this(rows, Scan.of(range, LARGEST), SMALLEST);
  }

  /// Reads pages of the scan's limit, whoever asks for how many.
  public RowCursor(BlockingRows rows, Scan scan) {
    this(rows, scan, scan.limit());
  }

  private RowCursor(BlockingRows rows, Scan scan, int size) {
    this.rows = rows;
    this.scan = scan;
    this.next = Optional.of(scan.range().fromInclusive());
    this.size = size;
  }

  /// The row or group at hand, or null at the end.
  public @Nullable Item item() {
    while (at == items.size()) {
      if (next.isEmpty()) return null;
      Page page = rows.scan(scan.from(next.get()).limitedTo(size));
      size = Math.min(scan.limit(), size * 2);
      items = page.items();
      next = page.next();
      at = 0;
    }
    return items.get(at);
  }

  /// The row at hand, or null at the end, of a scan without groups.
  public @Nullable Entry peek() {
    return switch (item()) {
      case null -> null;
      case Item.Row(var entry) -> entry;
      case Item.Rollup _ -> throw new IllegalStateException("a roll-up that nobody asked for");
    };
  }

  /// The row at hand, and goes on; null at the end.
  public @Nullable Entry next() {
    Entry entry = peek();
    if (entry != null) advance();
    return entry;
  }

  public void advance() {
    at++;
  }

  /// Goes on to the first row at or after `key`; never backwards.
  public void seek(MetaKey key) {
    while (at < items.size() && items.get(at) instanceof Item.Row(var entry)) {
      if (entry.key().compareTo(key) >= 0) return;
      at++;
    }
    if (next.isPresent() && next.get().compareTo(key) < 0) {
      next = Optional.of(key);
      size = Math.min(SMALLEST, scan.limit());
    }
  }
}
