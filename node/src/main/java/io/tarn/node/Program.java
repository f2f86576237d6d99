package io.tarn.node;

import io.tarn.settings.Nearest;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line: finds the command that was meant, runs it, and says how it went.
final class Program {
  private static final String JSON = "--json";

  private final Terminal terminal;

  Program(Terminal terminal) {
    this.terminal = terminal;
  }

  ExitCode run(String... words) {
    List<String> all = List.of(words);
    // A server does not pay for describing every command.
    boolean plainServer = !all.isEmpty() && all.getFirst().equals("server") && !asksForHelp(all);
    if (plainServer) return new ServerCommand(terminal).run(all.subList(1, all.size()));
    return run(CommandTree.of(terminal), all);
  }

  private static boolean asksForHelp(List<String> words) {
    return words.contains("--help") || words.contains("-h");
  }

  private ExitCode run(CommandLine tree, List<String> words) {
    ParseResult parsed;
    try {
      parsed = tree.parseArgs(words.toArray(String[]::new));
    } catch (ParameterException e) {
      return failed(words.contains(JSON), CommandFailure.usage(explained(e)));
    }
    while (parsed.hasSubcommand()) {
      if (parsed.isUsageHelpRequested()) break;
      parsed = parsed.subcommand();
    }
    if (words.isEmpty()) {
      ExitCode _ = help(tree);
      return ExitCode.USAGE;
    }
    if (parsed.isUsageHelpRequested()) return help(parsed.commandSpec().commandLine());
    var invocation = new Invocation(terminal, parsed);
    try {
      return ((Verb) parsed.commandSpec().userObject()).run(invocation);
    } catch (CommandFailure e) {
      return failed(invocation.flag(JSON), e);
    } catch (UncheckedIOException e) {
      return failed(
          invocation.flag(JSON),
          new CommandFailure(ExitCode.FAILURE, "", e.getMessage() + ": " + e.getCause()));
    }
  }

  private ExitCode help(CommandLine command) {
    terminal.out().print(command.getUsageMessage(Ansi.OFF));
    return ExitCode.OK;
  }

  private ExitCode failed(boolean json, CommandFailure failure) {
    terminal.complain(failure.text());
    if (json && !failure.isTold()) {
      terminal.print(Invocation.JSON.writeValueAsString(failure.toJson()));
    }
    return failure.exit();
  }

  /// One line: what is wrong, what was probably meant, where help is.
  private static String explained(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String help = "; see `" + command + " --help`";
    if (!(e instanceof UnmatchedArgumentException unmatched)) return line(e) + help;
    String word = unmatched.getUnmatched().getFirst();
    boolean flag = word.startsWith("-");
    String what = flag ? "unknown option " : "unknown command or word ";
    String name = flag && word.indexOf('=') > 0 ? word.substring(0, word.indexOf('=')) : word;
    List<String> near = nearest(name, flag, e.getCommandLine());
    return what + name + (near.isEmpty() ? help : "; did you mean " + near.getFirst() + "?" + help);
  }

  private static String line(ParameterException e) {
    return String.valueOf(e.getMessage()).replace('\n', ' ');
  }

  private static List<String> nearest(String word, boolean flag, CommandLine command) {
    var known = new ArrayList<String>();
    if (flag) {
      known.addAll(command.getCommandSpec().optionsMap().keySet());
    } else {
      for (CommandSpec member : CommandTree.visible(command.getCommandSpec())) {
        known.add(member.name());
      }
    }
    return Nearest.to(word, known).stream().toList();
  }
}
