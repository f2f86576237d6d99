package io.tarn.node;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Every command there is.
final class CommandTree {
  private CommandTree() {}

  static CommandLine of(Terminal terminal) {
    Command root =
        Command.group(
            "tarn",
            "Tarn serves S3 on your own disks.",
            List.of(
                server(terminal),
                CacheVerb.command(),
                MachineVerbs.status(),
                MachineVerbs.health(),
                doctor(),
                BucketVerbs.command(),
                FileVerbs.command(),
                TenantVerbs.command(),
                UserVerbs.command(),
                KeyVerbs.command(),
                PolicyVerbs.command(),
                ConfigVerbs.command(),
                VolumeVerbs.group(),
                MetadataVerbs.group(),
                FsckVerb.command(),
                MachineVerbs.scrub(),
                MachineVerbs.garbage(),
                MachineVerbs.masterKey(),
                MachineVerbs.certificate(),
                ShellCompletion.command(),
                MachineVerbs.version(),
                help(),
                WarmUp.command()));
    root.spec()
        .usageMessage()
        .footer(
            "%nExit codes: 0 ok, 1 failure, 2 wrong usage or configuration, 3 some of it failed,",
            "4 not found, 5 denied, 6 unreachable, 75 try again, 130 interrupted.",
            "%n`tarn COMMAND --help` says more about one of them.");
    var tree = new CommandLine(root.spec());
    tree.setPosixClusteredShortOptionsAllowed(false);
    return tree;
  }

  private static Command server(Terminal terminal) {
    var server =
        Command.of(
            "server",
            "Serves until it is told to end. Settings come from flags, TARN_ variables and the file"
                + " that TARN_CONFIG names; `tarn config docs` describes them all.",
            invocation -> new ServerCommand(terminal).run(invocation.parsed().originalArgs()));
    settings(server.spec());
    return server
        .words("DIR", "0..*", "Directories that store objects, one per disk.")
        .example("tarn server /srv/disk1 /srv/disk2")
        .example("tarn server /data --address=:9000 --console-address=:9001");
  }

  /// The settings as options, which help and shell completion know then. Those that are refused are
  /// known, too, so that they can be.
  static void settings(CommandSpec spec) {
    for (String flag : Configuration.TREE.flags()) spec.addOption(setting(flag, true));
    for (String flag : Configuration.TREE.refusedFlags()) spec.addOption(setting(flag, true));
  }

  /// Help would drown in a hundred settings; completion wants them all, but not what is refused.
  static void reveal(CommandSpec spec) {
    List<String> offered = Configuration.TREE.flags();
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (!option.hidden()) continue;
      spec.remove(option);
      String flag = option.longestName().substring(2);
      if (offered.contains(flag)) spec.addOption(setting(flag, false));
    }
  }

  private static OptionSpec setting(String flag, boolean hidden) {
    return OptionSpec.builder("--" + flag)
        .type(String.class)
        .arity("1")
        .paramLabel("VALUE")
        .hidden(hidden)
        .build();
  }

  private static Command doctor() {
    return Command.of(
            "doctor",
            "Looks for what could be wrong: the machine, the configuration, the disks, and a"
                + " running server by using it.",
            invocation -> new Doctor(invocation).run())
        .admin()
        .option("--endpoint", "URL", "The S3 endpoint. Default: the configured one.")
        .example("tarn doctor --data /srv/disk1");
  }

  private static Command help() {
    return Command.of(
            "help",
            "Says how a command is used.",
            invocation -> {
              CommandLine at = invocation.parsed().commandSpec().root().commandLine();
              for (String word : invocation.words()) {
                CommandLine next = at.getSubcommands().get(word);
                if (next == null) throw CommandFailure.usage("there is no command " + word);
                at = next;
              }
              invocation.terminal().out().print(at.getUsageMessage(CommandLine.Help.Ansi.OFF));
              return ExitCode.OK;
            })
        .words("COMMAND", "0..*", "The command.");
  }

  /// The commands a group holds, those for people first.
  static List<CommandSpec> visible(CommandSpec spec) {
    var members = new ArrayList<CommandSpec>();
    spec.subcommands()
        .values()
        .forEach(
            member -> {
              if (!member.getCommandSpec().usageMessage().hidden()) {
                members.add(member.getCommandSpec());
              }
            });
    return members;
  }
}
