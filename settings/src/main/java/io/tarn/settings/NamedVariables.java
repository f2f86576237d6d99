package io.tarn.settings;

import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How the variables of one map are read: `TARN_`, the path of the map, a name, and the path of a
/// setting. `_` stands for dots and dashes alike, so that a variable may have several senses.
final class NamedVariables {
  private final Named named;
  private final String prefix;
  private final List<Leaf> leaves;

  NamedVariables(Named named) {
    this.named = named;
    this.prefix = SettingEntry.variable(named.path() + ".");
    this.leaves = named.pattern().leaves();
  }

  /// One reading of a variable.
  record Sense(Name name, String path) {}

  Named named() {
    return named;
  }

  boolean holds(String variable) {
    return variable.startsWith(prefix);
  }

  List<Sense> senses(String variable) {
    var senses = new ArrayList<Sense>();
    for (var leaf : leaves) {
      String end = "_" + suffix(leaf);
      for (var ending : List.of(end, end + Environment.FILE)) {
        if (!variable.endsWith(ending) || variable.length() <= prefix.length() + ending.length()) {
          continue;
        }
        String part = variable.substring(prefix.length(), variable.length() - ending.length());
        var name = Name.ofVariable(part);
        if (Name.isName(name) && part.equals(part.toUpperCase(Locale.ROOT))) {
          senses.add(new Sense(new Name(name), named.path() + "." + name + "." + leaf.path()));
        }
      }
    }
    return senses;
  }

  /// For a variable without any sense: the nearest setting that a part of it may have been meant to
  /// be.
  String hint(String variable) {
    String rest = variable.substring(prefix.length());
    String best = "";
    int least = Integer.MAX_VALUE;
    for (int i = rest.indexOf('_'); i >= 0; i = rest.indexOf('_', i + 1)) {
      String tail = rest.substring(i + 1);
      if (!Name.isName(Name.ofVariable(rest.substring(0, i)))) continue;
      for (var leaf : leaves) {
        int distance = Nearest.edits(tail, suffix(leaf));
        if (distance < least && distance <= Math.max(2, tail.length() / 3)) {
          least = distance;
          best = prefix + rest.substring(0, i) + "_" + suffix(leaf);
        }
      }
    }
    if (!best.isEmpty()) return "unknown setting; did you mean " + best + "?";
    List<Leaf> any = named.record(SettingEntry.ANY_NAME).leaves();
    return "unknown setting; there are "
        + Nearest.some(any.stream().map(leaf -> SettingEntry.variable(leaf.path())).toList());
  }

  private static String suffix(Leaf leaf) {
    return SettingEntry.variable(leaf.path()).substring(Environment.PREFIX.length());
  }
}
