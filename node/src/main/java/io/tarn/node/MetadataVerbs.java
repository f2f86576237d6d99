package io.tarn.node;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The commands that bring metadata back. A backup is made by the server, which has the store open;
/// all else is done without one.
final class MetadataVerbs {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private MetadataVerbs() {}

  static Command group() {
    return Command.group(
        "metadata",
        "Backups of the metadata: what objects there are, users and keys, small objects.",
        List.of(
            Command.of(
                    "backup",
                    "Copies the metadata as it is now, while the server runs. The copy holds"
                        + " secrets.",
                    MetadataVerbs::backup)
                .admin()
                .word("DIR", "A directory of the server's machine that is empty or not there yet.")
                .example("tarn metadata backup /mnt/backup/monday"),
            Command.of(
                    "verify", "Reads a backup and checks that it is whole.", MetadataVerbs::verify)
                .json()
                .word("BACKUP", "The directory of the backup."),
            Command.of(
                    "restore",
                    "Makes a directory the metadata of the node as it was when the backup was made."
                        + " No server runs on it meanwhile.",
                    MetadataVerbs::restore)
                .json()
                .word("BACKUP", "The directory of the backup.")
                .word(
                    "DIR",
                    "The metadata directory, empty or not there yet: .tarn in the volume that had"
                        + " it, or what --metadata of the server names.")
                .example("tarn metadata restore /mnt/backup/monday /srv/disk1/.tarn")));
  }

  private static ExitCode backup(Invocation invocation) {
    Path directory = Path.of(invocation.word(0)).toAbsolutePath().normalize();
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer =
          admin.post("/backup", AdminClient.object().put("directory", directory.toString()));
      while (answer.path("running").asBoolean(false)) {
        LockSupport.parkNanos(POLL_NANOS);
        answer = admin.get("/backup");
      }
      String problem = answer.path("problem").asString("");
      if (!answer.path("directory").asString("").equals(directory.toString())) {
        throw failed(
            "another backup was made since; whether this one is whole says `tarn metadata verify`");
      }
      if (!problem.isEmpty()) throw failed(problem);
      JsonNode made = answer;
      return invocation.answer(
          made,
          () -> {
            invocation
                .terminal()
                .print(
                    "backup in %s, %s"
                        .formatted(directory, Words.size(made.path("bytes").asLong(0))));
            String warning = made.path("warning").asString("");
            if (!warning.isEmpty()) invocation.terminal().print("warning: " + warning);
          });
    }
  }

  private static CommandFailure failed(String why) {
    return new CommandFailure(ExitCode.FAILURE, "NoBackup", why);
  }

  private interface Work {
    ExitCode on(MetadataBackup backup) throws IOException;
  }

  private static ExitCode with(Invocation invocation, Work work) {
    try {
      return work.on(MetadataBackup.in(Path.of(invocation.word(0)).toAbsolutePath().normalize()));
    } catch (StoreFailure e) {
      throw new CommandFailure(ExitCode.FAILURE, "Refused", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILURE, "Unusable", "cannot do that: " + e);
    }
  }

  private static ObjectNode shown(MetadataBackup backup) {
    return AdminClient.object()
        .put("directory", backup.directory().toString())
        .put("node", backup.index().node())
        .put("made", backup.index().made().toString())
        .put("bytes", backup.index().bytes());
  }

  private static ExitCode verify(Invocation invocation) {
    return with(
        invocation,
        backup -> {
          List<String> problems = backup.problems();
          ObjectNode answer = shown(backup);
          ArrayNode list = answer.putArray("problems");
          problems.forEach(list::add);
          ExitCode _ =
              invocation.answer(
                  answer,
                  () -> {
                    for (String each : problems) invocation.terminal().print("damaged: " + each);
                    if (problems.isEmpty()) {
                      invocation
                          .terminal()
                          .print(
                              "whole: node %s as of %s, %s"
                                  .formatted(
                                      backup.index().node(),
                                      backup.index().made(),
                                      Words.size(backup.index().bytes())));
                    }
                  });
          return problems.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
        });
  }

  private static ExitCode restore(Invocation invocation) {
    Path target = Path.of(invocation.word(1)).toAbsolutePath().normalize();
    return with(
        invocation,
        backup -> {
          backup.restore(target);
          return invocation.answer(
              shown(backup).put("restored", target.toString()),
              () ->
                  invocation
                      .terminal()
                      .print(
                          "%s is node %s as of %s. Start the server as before; what was deleted since is listed and unreadable"
                              .formatted(target, backup.index().node(), backup.index().made())));
        });
  }
}
