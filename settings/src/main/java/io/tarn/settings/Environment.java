package io.tarn.settings;

import io.tarn.settings.Raw.Given;
import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads settings from environment variables: the own name, its aliases, and for each the `_FILE`
/// twin that names a file with the value. An empty variable counts as not set, as compose files
/// pass `${NAME:-}`.
final class Environment {
  static final String PREFIX = "TARN_";
  static final String FILE = "_FILE";
  private static final long MOST_FILE_BYTES = 64 << 10;

  private final Section root;
  private final Places places;
  private final Map<String, String> variables;
  private final List<Problem> problems;
  private final List<String> notes;
  private final Map<String, Given> given = new HashMap<>();

  Environment(
      Section root,
      Places places,
      Map<String, String> variables,
      List<Problem> problems,
      List<String> notes) {
    this.root = root;
    this.places = places;
    this.variables = variables;
    this.problems = problems;
    this.notes = notes;
  }

  Map<String, Given> read(Set<String> reserved) {
    var known = new HashSet<String>(reserved);
    for (var leaf : root.leaves()) {
      read(leaf);
      for (var name : leaf.variables()) {
        known.add(name);
        known.add(name + FILE);
      }
    }
    var others = new TreeSet<String>(variables.keySet());
    others.removeIf(name -> !name.startsWith(PREFIX) || known.contains(name));
    for (var named : root.maps()) read(new NamedVariables(named), others);
    others.removeIf(this::isServiceLink);
    for (var name : others) {
      problems.add(
          new Problem(name, Origin.variable(name).detail(), Nearest.hint(name, "", known)));
    }
    return given;
  }

  /// Takes from `others` what belongs to the map.
  private void read(NamedVariables map, Set<String> others) {
    var doubtful = new LinkedHashMap<String, List<NamedVariables.Sense>>();
    for (var variable : List.copyOf(others)) {
      if (!map.holds(variable)) continue;
      List<NamedVariables.Sense> senses = map.senses(variable);
      if (senses.isEmpty() && isServiceLink(variable)) continue;
      others.remove(variable);
      if (senses.isEmpty()) {
        problems.add(new Problem(variable, Origin.variable(variable).detail(), map.hint(variable)));
      }
      if (variables.getOrDefault(variable, "").isEmpty()) continue;
      if (senses.size() == 1) places.name(map.named(), senses.getFirst().name());
      if (senses.size() > 1) doubtful.put(variable, senses);
    }
    Map<Name, Section> records = places.records(map.named());
    doubtful.forEach(
        (variable, senses) -> {
          long known = senses.stream().filter(sense -> records.containsKey(sense.name())).count();
          if (known != 1) {
            problems.add(
                new Problem(
                    variable,
                    Origin.variable(variable).detail(),
                    "may mean "
                        + String.join(
                            " or ", senses.stream().map(NamedVariables.Sense::path).toList())
                        + "; give it in the file or as a flag instead"));
          }
        });
    for (var section : records.values()) section.leaves().forEach(this::read);
  }

  private void read(Leaf leaf) {
    var found = new ArrayList<Given>();
    for (var name : leaf.variables()) {
      add(found, variables.getOrDefault(name, ""), Origin.variable(name));
      String path = variables.getOrDefault(name + FILE, "");
      if (!path.isEmpty()) {
        add(found, content(leaf, name + FILE, path), Origin.variable(name + FILE));
      }
    }
    if (found.isEmpty()) return;
    Given first = found.getFirst();
    for (var other : found) {
      if (!other.raw().equals(first.raw())) {
        String names = first.origin().detail() + " and " + other.origin().detail();
        problems.add(new Problem(leaf.path(), names, "two variables disagree; keep one of them"));
      }
    }
    String own = Origin.variable(SettingEntry.variable(leaf.path())).detail();
    if (!first.origin().detail().startsWith(own)) {
      notes.add(
          leaf.path()
              + " is taken from "
              + first.origin()
              + ", an alias of "
              + SettingEntry.variable(leaf.path()));
    }
    given.put(leaf.path(), first);
  }

  private static void add(List<Given> found, @Nullable String text, Origin origin) {
    if (text != null && !text.isEmpty()) found.add(new Given(new Raw.Text(text), origin));
  }

  /// Null after a problem. One final line break is not part of the value: editors and `echo` add
  /// it.
  private @Nullable String content(Leaf leaf, String name, String path) {
    try {
      var file = Path.of(path);
      if (Files.size(file) > MOST_FILE_BYTES) {
        problem(leaf, name, "the file is larger than 64 KiB");
        return null;
      }
      var text = Files.readString(file);
      int end = text.endsWith("\r\n") ? 2 : text.endsWith("\n") ? 1 : 0;
      if (text.length() == end) problem(leaf, name, "the file is empty");
      return text.substring(0, text.length() - end);
    } catch (IOException | InvalidPathException e) {
      problem(
          leaf,
          name,
          "the file cannot be read; check that it exists, is text and is readable by this user");
      return null;
    }
  }

  private void problem(Leaf leaf, String name, String advice) {
    problems.add(new Problem(leaf.path(), Origin.variable(name).detail(), advice));
  }

  /// Kubernetes gives every pod such variables for a Service that is called `tarn` or `tarn-…`;
  /// they are nobody's mistake.
  private boolean isServiceLink(String name) {
    if (name.endsWith("_SERVICE_HOST")
        || name.endsWith("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")) {
      return true;
    }
    if (name.endsWith("_PORT")) return variables.getOrDefault(name, "").contains("://");
    int port = name.lastIndexOf("_PORT_", name.length() - 7);
    return port >= 0 && (name.contains("_TCP") || name.contains("_UDP"));
  }
}
