package io.tarn.node;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Describes one command to picocli, by calls and not by annotations: nothing is looked up by
/// reflection, which a start would pay for.
final class Command {
  private final CommandSpec spec;

  private Command(CommandSpec spec) {
    this.spec = spec;
  }

  static Command of(String name, String summary, Verb verb) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(verb).name(name);
    spec.usageMessage().description(summary).width(100);
    var command = new Command(spec);
    command.spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Says how the command is used.")
            .build());
    return command;
  }

  /// A command that only holds others. Called alone it says which.
  static Command group(String name, String summary, List<Command> members) {
    Command group =
        of(
            name,
            summary,
            invocation -> {
              throw CommandFailure.usage(
                  "%s what? One of: %s"
                      .formatted(
                          name, String.join(", ", members.stream().map(Command::name).toList())));
            });
    for (Command member : members) group.spec.addSubcommand(member.name(), member.spec);
    return group;
  }

  /// What every command has that talks to a server.
  Command admin() {
    return json()
        .option("--admin", "URL", "The admin API. Default: TARN_ADMIN, else the server of --data.")
        .authority()
        .option(
            "--data",
            "DIR",
            "A data directory of a server on this machine; its owner needs no keys.");
  }

  Command authority() {
    return option(
        "--ca-file",
        "FILE",
        "Certificates (PEM) to trust, the server's own or its authority's. Default: TARN_CA_FILE,"
            + " else those the machine trusts.");
  }

  Command json() {
    return flag("--json", "Prints JSON instead of text.");
  }

  Command option(String name, String label, String text) {
    spec.addOption(
        OptionSpec.builder(name)
            .type(String.class)
            .arity("1")
            .paramLabel(label)
            .description(text)
            .build());
    return this;
  }

  /// An option that is known only to be refused, with more than "unknown".
  Command refused(String name) {
    spec.addOption(OptionSpec.builder(name).type(String.class).arity("0..1").hidden(true).build());
    return this;
  }

  Command flag(String name, String text) {
    spec.addOption(
        OptionSpec.builder(name).type(boolean.class).arity("0").description(text).build());
    return this;
  }

  Command word(String label, String text) {
    return words(label, "1", text);
  }

  /// A word out of a few, which the shell completes.
  Command word(String label, String text, List<String> choices) {
    spec.addPositional(positional(label, "1", text).completionCandidates(choices).build());
    return this;
  }

  Command optionalWord(String label, String text) {
    return words(label, "0..1", text);
  }

  Command words(String label, String arity, String text) {
    spec.addPositional(positional(label, arity, text).build());
    return this;
  }

  private PositionalParamSpec.Builder positional(String label, String arity, String text) {
    int index = spec.positionalParameters().size();
    boolean many = arity.endsWith("*");
    CommandLine.Model.PositionalParamSpec.Builder word =
        PositionalParamSpec.builder()
            .index(many ? index + "..*" : Integer.toString(index))
            .arity(arity)
            .required(arity.equals("1"))
            .paramLabel(label)
            .description(text);
    return many ? word.type(List.class).auxiliaryTypes(String.class) : word.type(String.class);
  }

  /// A line of the examples.
  Command example(String line) {
    String[] before = spec.usageMessage().footer();
    var footer = new java.util.ArrayList<>(List.of(before));
    if (footer.isEmpty()) footer.add("%nExamples:");
    footer.add("  " + line.replace("%", "%%"));
    spec.usageMessage().footer(footer.toArray(String[]::new));
    return this;
  }

  Command hidden() {
    spec.usageMessage().hidden(true);
    return this;
  }

  /// A command that does something and has others below it, too.
  Command with(List<Command> members) {
    for (Command member : members) spec.addSubcommand(member.name(), member.spec);
    return this;
  }

  String name() {
    return spec.name();
  }

  CommandSpec spec() {
    return spec;
  }
}
