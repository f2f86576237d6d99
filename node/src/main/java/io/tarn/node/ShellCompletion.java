package io.tarn.node;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `tarn completion`: scripts that let shells complete commands and options.
final class ShellCompletion {
  private ShellCompletion() {}

  static Command command() {
    return Command.of(
            "completion", "Prints a script for a shell to complete with.", ShellCompletion::print)
        .word("SHELL", "bash, zsh or fish.", List.of("bash", "zsh", "fish"))
        .example("tarn completion bash > /etc/bash_completion.d/tarn")
        .example("tarn completion fish > ~/.config/fish/completions/tarn.fish");
  }

  private static ExitCode print(Invocation invocation) {
    CommandSpec root = invocation.parsed().commandSpec().root();
    root.removeSubcommand("warm-up");
    root.subcommands().values().forEach(ShellCompletion::reveal);
    String script =
        switch (invocation.word(0)) {
          case "bash" -> AutoComplete.bash("tarn", root.commandLine());
          case "zsh" ->
              "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
                  + AutoComplete.bash("tarn", root.commandLine());
          case "fish" -> fish(root);
          default -> throw CommandFailure.usage("completion is for bash, zsh or fish");
        };
    invocation.terminal().out().print(script);
    return ExitCode.OK;
  }

  private static void reveal(CommandLine command) {
    CommandTree.reveal(command.getCommandSpec());
    command.getSubcommands().values().forEach(ShellCompletion::reveal);
  }

  private static String fish(CommandSpec root) {
    var script = new StringBuilder("complete -c tarn -f\n");
    for (CommandSpec command : CommandTree.visible(root)) {
      String first = "__fish_is_first_arg";
      complete(script, first, "-a " + command.name(), summary(command));
      String within = "__fish_seen_subcommand_from " + command.name();
      List<CommandSpec> members = CommandTree.visible(command);
      options(script, within, command);
      for (CommandSpec member : members) {
        complete(script, within, "-a " + member.name(), summary(member));
        options(script, within + "; and __fish_seen_subcommand_from " + member.name(), member);
      }
    }
    return script.toString();
  }

  private static void options(StringBuilder script, String when, CommandSpec command) {
    for (OptionSpec option : command.options()) {
      if (option.hidden()) continue;
      String text = option.description().length == 0 ? "" : option.description()[0];
      boolean value = option.arity().max() > 0;
      complete(
          script, when, "-l " + option.longestName().substring(2) + (value ? " -r" : ""), text);
    }
  }

  private static void complete(StringBuilder script, String when, String what, String text) {
    script.append("complete -c tarn -n '").append(when).append("' ").append(what);
    if (!text.isEmpty()) script.append(" -d '").append(text.replace("'", "\\'")).append('\'');
    script.append('\n');
  }

  private static String summary(CommandSpec command) {
    String[] description = command.usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }
}
