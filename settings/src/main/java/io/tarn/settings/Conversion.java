package io.tarn.settings;

import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what a source said as the type of a setting. An [IllegalArgumentException] says what is
/// wrong and never repeats the text: the caller knows whether it may be shown.
final class Conversion {
  private Conversion() {}

  static @Nullable Object convert(Leaf leaf, Raw raw) {
    if (leaf.list()) return raw.asItems().stream().map(leaf.type().parse()).toList();
    return switch (raw) {
      case Raw.Items _ ->
          throw new IllegalArgumentException("several values, but this setting takes one");
      case Raw.Text(var text) -> one(leaf, text);
    };
  }

  private static @Nullable Object one(Leaf leaf, String text) {
    if (!text.isEmpty()) return leaf.type().parse().apply(text);
    if (leaf.shape() == Shape.NULLABLE) return null;
    if (!leaf.mayBeEmpty()) throw new IllegalArgumentException("empty; give a " + leaf.typeName());
    return leaf.type().parse().apply(text);
  }

  static String show(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case List<?> items -> String.join(",", items.stream().map(ValueType::show).toList());
      default -> ValueType.show(value);
    };
  }
}
