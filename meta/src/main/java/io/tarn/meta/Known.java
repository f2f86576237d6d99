package io.tarn.meta;

import java.util.Optional;

/// What is known about a key.
sealed interface Known {

  record Row(Entry entry) implements Known {}

  enum Nothing implements Known {
    NOTHING
  }

  /// While a group is decided, a row that cannot be read concerns only the batches that ask for it.
  record Unreadable(MetaException why) implements Known {}

  /// The row if there is one. Fails when it is unreadable.
  default Optional<Entry> found() {
    return switch (this) {
      case Row(var entry) -> Optional.of(entry);
      case Nothing _ -> Optional.empty();
      case Unreadable(var why) -> throw why;
    };
  }
}
