package io.tarn.meta;

import java.util.List;
import java.util.Optional;

/// What one scan saw. `next` is where the next page begins and is empty at the end of the range;
/// only then is the scan complete. A page may be short, or have no items at all, and still have a
/// `next`: the store stopped to keep the page quick (many deleted rows in one place).
///
/// `examined` counts the rows the engine looked at, for limits and metrics.
public record Page(List<Item> items, Optional<MetaKey> next, int examined) {
  public Page {
    items = List.copyOf(items);
  }
}
