package io.tarn.settings;

import io.tarn.settings.Places.Place;
import io.tarn.settings.Raw.Given;
import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the flags of a command line: `--name=value`, `--name value`, and `--name` alone for a
/// boolean. A list may be given in several flags. A secret is refused: whoever is on the machine
/// reads command lines. Words that are not flags are refused by number, not repeated: one may be a
/// secret that lost its flag.
final class Flags {
  private static final String DASHES = "--";

  private final Map<String, Leaf> byName = new LinkedHashMap<>();
  private final Map<String, Given> given = new HashMap<>();
  private final Places places;
  private final List<Problem> problems;

  Flags(Section root, Places places, List<Problem> problems) {
    for (var leaf : root.leaves()) {
      for (var flag : leaf.flags()) byName.put(flag, leaf);
    }
    this.places = places;
    this.problems = problems;
  }

  Map<String, Given> read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String next = i + 1 < words.size() ? words.get(i + 1) : null;
      if (!word.startsWith(DASHES)) {
        problems.add(new Problem("", "command line", "word " + (i + 1) + " is not a --flag"));
      } else if (read(name(word), inlined(word), next)) {
        i++;
      }
    }
    return given;
  }

  /// Splits a command line: what names a setting of this tree, or is meant to be one of a map's,
  /// and all other words in their order.
  SettingsTree.CommandLine split(List<String> words) {
    var flags = new ArrayList<String>();
    var rest = new ArrayList<String>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      Leaf leaf = word.startsWith(DASHES) ? leaf(name(word)) : null;
      boolean known = leaf != null || (word.startsWith(DASHES) && places.isInMap(name(word)));
      (known ? flags : rest).add(word);
      boolean wantsMore = known && inlined(word) == null && (leaf == null || !isSwitch(leaf));
      if (wantsMore && i + 1 < words.size() && !words.get(i + 1).startsWith(DASHES)) {
        flags.add(words.get(++i));
      }
    }
    return new SettingsTree.CommandLine(flags, rest);
  }

  /// True if the next word was used up as the value.
  private boolean read(String name, @Nullable String inlined, @Nullable String next) {
    Leaf leaf = leaf(name);
    boolean nextIsValue = inlined == null && next != null && !next.startsWith(DASHES);
    if (leaf == null) {
      problems.add(new Problem(name, Origin.flag(name).detail(), advice(name)));
      return nextIsValue;
    }
    if (inlined != null) {
      give(leaf, name, inlined);
    } else if (isSwitch(leaf)) {
      give(leaf, name, "true");
    } else if (next != null && nextIsValue) {
      give(leaf, name, next);
      return true;
    } else {
      problems.add(
          new Problem(
              leaf.path(), Origin.flag(name).detail(), "no value; write --" + name + "=VALUE"));
    }
    return false;
  }

  private @Nullable Leaf leaf(String name) {
    Leaf leaf = byName.get(name);
    if (leaf != null || !places.isInMap(name)) return leaf;
    return places.find(name) instanceof Place.Setting(var found) ? found : null;
  }

  private String advice(String name) {
    if (!places.isInMap(name)) return Nearest.hint(name, DASHES, byName.keySet());
    return switch (places.find(name)) {
      case Place.Unknown unknown -> unknown.advice(DASHES);
      case Place.Above(var advice) -> advice;
      case Place.Misnamed _ -> Name.RULE;
      case Place.Crowded _ -> "of too many names";
      case Place.Setting(var leaf) -> throw new IllegalStateException(leaf.path() + " is known");
    };
  }

  private void give(Leaf leaf, String name, String text) {
    var origin = Origin.flag(name);
    if (leaf.type().secret() && !text.isEmpty()) {
      problems.add(new Problem(leaf.path(), origin.detail(), notHere(leaf)));
      return;
    }
    Given before = given.get(leaf.path());
    if (before == null) {
      given.put(leaf.path(), new Given(new Raw.Text(text), origin));
    } else if (leaf.list()) {
      var items = new ArrayList<>(before.raw().asItems());
      items.addAll(new Raw.Text(text).asItems());
      given.put(leaf.path(), new Given(new Raw.Items(items), origin));
    } else {
      problems.add(new Problem(leaf.path(), origin.detail(), "given twice; keep one flag"));
    }
  }

  private static String notHere(Leaf leaf) {
    String variable = SettingEntry.variable(leaf.path());
    return "a secret is not taken from the command line, which others on the machine can read; set "
        + variable
        + ", or "
        + variable
        + Environment.FILE
        + " to a file that holds it, or "
        + leaf.path()
        + " in the settings file, and to another value, for this one has been seen";
  }

  private static boolean isSwitch(Leaf leaf) {
    return leaf.type().name().equals("boolean") && !leaf.list();
  }

  private static String name(String word) {
    int equals = word.indexOf('=');
    return word.substring(DASHES.length(), equals < 0 ? word.length() : equals);
  }

  private static @Nullable String inlined(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? null : word.substring(equals + 1);
  }
}
