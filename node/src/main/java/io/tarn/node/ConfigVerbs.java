package io.tarn.node;

import io.tarn.settings.InvalidSettings;
import io.tarn.settings.Loaded;
import io.tarn.settings.SettingsTree;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn config`: what a server would be told, without starting one.
final class ConfigVerbs {
  private ConfigVerbs() {}

  static Command command() {
    return Command.group(
        "config",
        "The settings a server would start with.",
        List.of(
            reading(
                "check", "Says everything that is wrong with the settings.", ConfigVerbs::check),
            reading("show", "Prints every setting.", ConfigVerbs::show)
                .flag("--origin", "Says where each value comes from.")
                .example("tarn config show --origin --http.max-connections=5"),
            Command.of(
                "docs",
                "Prints the page that describes every setting.",
                invocation -> {
                  invocation.terminal().out().print(Configuration.TREE.markdown());
                  return ExitCode.OK;
                })));
  }

  private static Command reading(String name, String summary, Verb verb) {
    Command command = Command.of(name, summary, verb).json();
    CommandTree.settings(command.spec());
    return command.words("DIR", "0..*", "As after `tarn server`.");
  }

  private static Loaded<TarnConfig> read(Invocation invocation) {
    List<String> words = new ArrayList<>(invocation.parsed().originalArgs());
    SettingsTree.CommandLine line = Configuration.TREE.split(words);
    var flags = new ArrayList<>(line.flags());
    if (!invocation.words().isEmpty()) {
      flags.add("--volumes=" + String.join(",", invocation.words()));
    }
    return Configuration.read(invocation.terminal().environment(), flags);
  }

  private static ExitCode check(Invocation invocation) {
    ObjectNode answer = AdminClient.object();
    try {
      Loaded<TarnConfig> loaded = read(invocation);
      answer.put("valid", true).putArray("problems");
      ArrayNode notes = answer.putArray("notes");
      loaded.notes().forEach(notes::add);
      return invocation.answer(
          answer,
          () -> {
            loaded.notes().forEach(note -> invocation.terminal().print("note: " + note));
            invocation.terminal().print("the settings are valid");
          });
    } catch (InvalidSettings e) {
      ArrayNode problems = answer.put("valid", false).putArray("problems");
      e.problems().forEach(problem -> problems.add(problem.toString()));
      ExitCode _ =
          invocation.answer(
              answer, () -> invocation.terminal().complain(String.valueOf(e.getMessage())));
      return ExitCode.USAGE;
    }
  }

  private static ExitCode show(Invocation invocation) {
    Loaded<TarnConfig> loaded;
    try {
      loaded = read(invocation);
    } catch (InvalidSettings e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
    boolean origin = invocation.flag("--origin");
    ObjectNode answer = AdminClient.object();
    for (var each : loaded.shown()) {
      if (!origin) {
        answer.put(each.path(), each.text());
      } else {
        answer
            .putObject(each.path())
            .put("value", each.text())
            .put("origin", each.origin().toString());
      }
    }
    return invocation.answer(answer, () -> invocation.terminal().out().print(loaded.text(origin)));
  }
}
