package io.tarn.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// One place in the tree. The root section has the empty path.
sealed interface Entry {
  String path();

  String description();

  /// A record: its components in order.
  record Section(String path, String description, Class<? extends Record> type, List<Entry> entries)
      implements Entry {
    public Section {
      entries = List.copyOf(entries);
    }

    /// Every setting below, in the order of the document.
    List<Leaf> leaves() {
      var leaves = new ArrayList<Leaf>();
      walk(
          entry -> {
            if (entry instanceof Leaf leaf) leaves.add(leaf);
          });
      return leaves;
    }

    /// This section and everything below it, parents first.
    void walk(Consumer<Entry> visitor) {
      visitor.accept(this);
      for (var entry : entries) {
        switch (entry) {
          case Section section -> section.walk(visitor);
          case Leaf leaf -> visitor.accept(leaf);
        }
      }
    }
  }

  /// A value: `setting` is what its owner wrote, `shape` what the component's type says.
  record Leaf(String path, Setting setting, ValueType type, Shape shape) implements Entry {
    @Override
    public String description() {
      return setting.value();
    }

    boolean required() {
      return setting.fallback().equals(Setting.REQUIRED);
    }

    boolean list() {
      return shape == Shape.LIST;
    }

    /// Whether an empty text may be read as the type; `@Nullable` components make it null before.
    boolean mayBeEmpty() {
      return type.name().equals("text") || (type.secret() && setting.fallback().isEmpty());
    }

    /// Own name first, then the aliases. A record that is a section in one tree may be the root of
    /// another, where an alias is its own name.
    List<String> variables() {
      var names = new ArrayList<String>();
      names.add(variable(path));
      for (var alias : setting.alias()) if (!names.contains(alias)) names.add(alias);
      return names;
    }

    List<String> flags() {
      var names = new ArrayList<String>();
      names.add(path);
      for (var flag : setting.flag()) if (!names.contains(flag)) names.add(flag);
      return names;
    }

    String typeName() {
      return list() ? "list of " + type.name() : type.name();
    }
  }

  /// Whether a component holds one value, one or `null`, or several.
  enum Shape {
    ONE,
    NULLABLE,
    LIST
  }

  static String variable(String path) {
    return Environment.PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
