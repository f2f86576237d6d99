package io.tarn.settings;

import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Named;
import io.tarn.settings.SettingEntry.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the paths of a tree mean, those with the names of records in them too. A record comes into
/// being here when the first source names it, up to a bound.
final class Places {
  /// Most records of one map.
  static final int MOST_NAMES = 1000;

  private final List<Named> maps;
  private final Scope fixed;
  private final Map<String, TreeMap<Name, Scope>> records = new HashMap<>();
  private final Set<String> crowded = new TreeSet<>();

  Places(Section root) {
    this.maps = root.maps();
    this.fixed = new Scope(root);
  }

  /// What is at a path.
  sealed interface Place {
    record Setting(Leaf leaf) implements Place {}

    /// Something that has no value itself: `advice` says what it is.
    record Above(String advice) implements Place {}

    /// Nothing that begins with `part`; `within` is the record that was looked in, empty for the
    /// root, and `candidates` are its paths.
    record Unknown(String part, String within, Collection<String> candidates) implements Place {
      String advice(String dashes) {
        return Nearest.hint(part, within, dashes, candidates);
      }
    }

    /// `part` ends with what is no name.
    record Misnamed(String part) implements Place {}

    /// In a map that has as many names as there may be.
    record Crowded() implements Place {}
  }

  Place find(String path) {
    for (var named : maps) {
      String prefix = named.path() + ".";
      if (!path.startsWith(prefix)) continue;
      int end = path.indexOf('.', prefix.length());
      String part = end < 0 ? path : path.substring(0, end);
      String text = part.substring(prefix.length());
      if (!Name.isName(text)) return new Place.Misnamed(part);
      Places.Scope scope = scope(named, new Name(text));
      return scope == null ? new Place.Crowded() : scope.find(path);
    }
    return fixed.find(path);
  }

  /// Whether a path leads into a map.
  boolean isInMap(String path) {
    return maps.stream().anyMatch(named -> path.startsWith(named.path() + "."));
  }

  /// Makes the record of a name, if there is room for it.
  void name(Named named, Name name) {
    var _ = scope(named, name);
  }

  /// The maps that had no room for a name.
  Set<String> crowded() {
    return crowded;
  }

  /// The records of a map that any source named, by name.
  Map<Name, Section> records(Named named) {
    var sections = new LinkedHashMap<Name, Section>();
    records
        .getOrDefault(named.path(), new TreeMap<>())
        .forEach((name, scope) -> sections.put(name, scope.section()));
    return sections;
  }

  private @Nullable Scope scope(Named named, Name name) {
    TreeMap<Name, Places.Scope> known = records.computeIfAbsent(named.path(), _ -> new TreeMap<>());
    Places.Scope scope = known.get(name);
    if (scope != null) return scope;
    if (known.size() >= MOST_NAMES) {
      crowded.add(named.path());
      return null;
    }
    var made = new Scope(named.record(name.text()));
    known.put(name, made);
    return made;
  }

  /// The paths of one section and what is fixed below it.
  private static final class Scope {
    private final Section section;
    private final Map<String, Leaf> leaves = new LinkedHashMap<>();
    private final LinkedHashSet<String> sections = new LinkedHashSet<>();
    private final Map<String, String> maps = new LinkedHashMap<>();

    Scope(Section section) {
      this.section = section;
      section.walk(
          entry -> {
            switch (entry) {
              case Leaf leaf -> leaves.put(leaf.path(), leaf);
              case Section below -> sections.add(below.path());
              case Named named ->
                  maps.put(named.path(), named.record(SettingEntry.ANY_NAME).path());
            }
          });
    }

    Section section() {
      return section;
    }

    Place find(String path) {
      Leaf leaf = leaves.get(path);
      if (leaf != null) return new Place.Setting(leaf);
      if (sections.contains(path)) return new Place.Above("a section; put its settings below it");
      if (maps.containsKey(path)) {
        return new Place.Above("holds records by name; put their settings below " + maps.get(path));
      }
      List<String> names = new ArrayList<>(leaves.keySet());
      names.addAll(sections);
      names.addAll(maps.keySet());
      names.remove(section.path());
      return new Place.Unknown(unknownPart(path), section.path(), names);
    }

    private String unknownPart(String path) {
      int end = path.indexOf('.');
      while (end >= 0 && isAbove(path.substring(0, end))) end = path.indexOf('.', end + 1);
      return end < 0 ? path : path.substring(0, end);
    }

    /// Whether it is one of the sections or on the way to this one.
    private boolean isAbove(String path) {
      return sections.contains(path) || section.path().startsWith(path + ".");
    }
  }
}
