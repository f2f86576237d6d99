package io.tarn.settings;

import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Named;
import io.tarn.settings.SettingEntry.Section;
import io.tarn.settings.SettingEntry.Shape;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns record types into the tree, and refuses trees that could not be read unambiguously. Every
/// refusal is a bug of the record's author, hence [IllegalStateException].
final class Description {
  private Description() {}

  static Section of(Class<? extends Record> type) {
    Section root = section("", "", type);
    checkNames(root);
    return root;
  }

  private static Section section(String path, String description, Class<? extends Record> type) {
    var entries = new ArrayList<SettingEntry>();
    for (var component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting == null) {
        throw new IllegalStateException(component + " of " + type.getName() + " has no @Setting");
      }
      String below =
          path.isEmpty() ? kebab(component.getName()) : path + "." + kebab(component.getName());
      if (component.getType() == Map.class) {
        entries.add(named(below, setting, component));
      } else if (component.getType().isRecord() && ValueType.of(component.getType()) == null) {
        entries.add(section(below, setting.value(), component.getType().asSubclass(Record.class)));
      } else {
        entries.add(leaf(below, setting, component));
      }
    }
    return new Section(path, description, type, entries);
  }

  private static Named named(String path, Setting setting, RecordComponent component) {
    if (!(component.getGenericType() instanceof ParameterizedType map
        && map.getActualTypeArguments()[0] == Name.class
        && map.getActualTypeArguments()[1] instanceof Class<?> type
        && type.isRecord()
        && ValueType.of(type) == null)) {
      throw new IllegalStateException(
          path + " is no map of Name to a record of settings: " + component);
    }
    Section pattern = section("", setting.value(), type.asSubclass(Record.class));
    if (!pattern.maps().isEmpty()) {
      throw new IllegalStateException(path + " is a map of records that hold maps");
    }
    for (var leaf : pattern.leaves()) {
      if (leaf.setting().alias().length > 0 || leaf.setting().flag().length > 0) {
        throw new IllegalStateException(
            path + " holds " + leaf.path() + " by name, so that it can have no other name");
      }
    }
    checkNames(pattern);
    return new Named(path, setting.value(), pattern);
  }

  private static Leaf leaf(String path, Setting setting, RecordComponent component) {
    boolean list = component.getType() == List.class;
    var type = ValueType.of(list ? elementType(component) : component.getType());
    if (type == null) {
      throw new IllegalStateException(path + " has a type that no setting can have: " + component);
    }
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    var leaf =
        new Leaf(path, setting, type, list ? Shape.LIST : nullable ? Shape.NULLABLE : Shape.ONE);
    if (!leaf.required()) checkFallback(leaf);
    return leaf;
  }

  private static Class<?> elementType(RecordComponent component) {
    if (component.getGenericType() instanceof ParameterizedType list
        && list.getActualTypeArguments()[0] instanceof Class<?> element) {
      return element;
    }
    return component.getType();
  }

  private static void checkFallback(Leaf leaf) {
    try {
      Conversion.convert(leaf, new Raw.Text(leaf.setting().fallback()));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "the fallback of " + leaf.path() + " is " + e.getMessage(), e);
    }
  }

  /// `_FILE` twins count: `tls.key` and `tls.key-file` would claim the same variable.
  private static void checkNames(Section root) {
    var owners = new HashMap<String, String>();
    var flags = new HashSet<String>();
    for (var leaf : root.leaves()) {
      for (var flag : leaf.flags()) {
        if (!flags.add(flag)) throw new IllegalStateException("--" + flag + " is claimed twice");
      }
      for (var variable : leaf.variables()) {
        for (var name : Set.of(variable, variable + Environment.FILE)) {
          String owner = owners.putIfAbsent(name, leaf.path());
          if (owner != null) {
            throw new IllegalStateException(
                name + " would mean both " + owner + " and " + leaf.path());
          }
        }
      }
    }
    checkMaps(root, flags, owners.keySet());
  }

  /// Whatever begins like a map belongs to it.
  private static void checkMaps(Section root, Set<String> flags, Set<String> variables) {
    List<Named> maps = root.maps();
    for (var map : maps) {
      for (var flag : flags) {
        if (flag.startsWith(map.path() + ".")) {
          throw new IllegalStateException("--" + flag + " would be in the map " + map.path());
        }
      }
      var prefix = SettingEntry.variable(map.path() + ".");
      for (var variable : variables) {
        if (variable.startsWith(prefix)) {
          throw new IllegalStateException(variable + " would be in the map " + map.path());
        }
      }
      for (var other : maps) {
        if (!other.path().equals(map.path())
            && SettingEntry.variable(other.path() + ".").startsWith(prefix)) {
          throw new IllegalStateException(other.path() + " would be in the map " + map.path());
        }
      }
    }
  }

  static String kebab(String name) {
    var kebab = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && i > 0 && !Character.isUpperCase(name.charAt(i - 1))) {
        kebab.append('-');
      }
      kebab.append(Character.toLowerCase(c));
    }
    return kebab.toString();
  }
}
