package io.tarn.settings;

import java.util.ArrayList;
import java.util.List;

/// What a source said before it is read as a type. Only files and repeated flags can give items
/// that hold commas.
sealed interface Raw {
  record Text(String text) implements Raw {}

  record Items(List<String> items) implements Raw {
    public Items {
      items = List.copyOf(items);
    }
  }

  /// One value and where it came from.
  record Given(Raw raw, Origin origin) {}

  /// The items of a list setting: a text is split at commas, blanks around an item do not count.
  default List<String> asItems() {
    return switch (this) {
      case Items(var items) -> items;
      case Text(var text) -> {
        var items = new ArrayList<String>();
        for (var item : text.split(",", -1)) {
          if (!item.isBlank()) items.add(item.strip());
        }
        yield items;
      }
    };
  }
}
