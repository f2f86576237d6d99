package io.tarn.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// One place in the tree. The root section has the empty path.
sealed interface SettingEntry {
  /// Stands for any name on a page.
  String ANY_NAME = "<name>";

  String path();

  String description();

  /// A record: its components in order.
  record Section(
      String path, String description, Class<? extends Record> type, List<SettingEntry> entries)
      implements SettingEntry {
    public Section {
      entries = List.copyOf(entries);
    }

    /// Every setting below whose path is fixed, in the order of the document.
    List<Leaf> leaves() {
      var leaves = new ArrayList<Leaf>();
      walk(
          entry -> {
            if (entry instanceof Leaf leaf) leaves.add(leaf);
          });
      return leaves;
    }

    /// Every map below.
    List<Named> maps() {
      var maps = new ArrayList<Named>();
      walk(
          entry -> {
            if (entry instanceof Named named) maps.add(named);
          });
      return maps;
    }

    /// The same section in another place.
    Section at(String newPath) {
      var moved = new ArrayList<SettingEntry>();
      for (var entry : entries) {
        String below =
            path.isEmpty()
                ? newPath + "." + entry.path()
                : newPath + entry.path().substring(path.length());
        moved.add(
            switch (entry) {
              case Section section -> section.at(below);
              case Leaf leaf -> new Leaf(below, leaf.setting(), leaf.type(), leaf.shape());
              case Named named -> new Named(below, named.description(), named.pattern());
            });
      }
      return new Section(newPath, description, type, moved);
    }

    /// This section and everything below it, parents first; of a map, the map itself.
    void walk(Consumer<SettingEntry> visitor) {
      visitor.accept(this);
      for (var entry : entries) {
        switch (entry) {
          case Section section -> section.walk(visitor);
          case Leaf leaf -> visitor.accept(leaf);
          case Named named -> visitor.accept(named);
        }
      }
    }
  }

  /// A map: records of one type by names that users choose. `pattern` is what each of them is, in
  /// no place yet.
  record Named(String path, String description, Section pattern) implements SettingEntry {
    /// The record of a name, or of what stands for any name on a page.
    Section record(String name) {
      return pattern.at(path + "." + name);
    }
  }

  /// A value: `setting` is what its owner wrote, `shape` what the component's type says.
  record Leaf(String path, Setting setting, ValueType type, Shape shape) implements SettingEntry {
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
      for (var alias : setting.alias()) {
        if (!names.contains(alias)) names.add(alias);
      }
      return names;
    }

    List<String> flags() {
      var names = new ArrayList<String>();
      names.add(path);
      for (var flag : setting.flag()) {
        if (!names.contains(flag)) names.add(flag);
      }
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
