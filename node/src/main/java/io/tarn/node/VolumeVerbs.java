package io.tarn.node;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The commands about the volumes of a node. What has to do with which volumes belong to it works
/// without a server, too: a server may be unable to start for want of a volume.
final class VolumeVerbs {
  private VolumeVerbs() {}

  static Command group() {
    return Command.group(
        "volume",
        "The directories, one per disk, in which a node keeps objects.",
        List.of(
            Command.of(
                    "ls", "Lists the volumes of a node, also those not there.", VolumeVerbs::list)
                .admin(),
            Command.of(
                    "add",
                    "Makes a directory a volume of the node, which uses it from the next start on"
                        + " that names it. Without a server, name the node's own directory with"
                        + " --data.",
                    VolumeVerbs::add)
                .admin()
                .word("DIR", "The directory, on the server's machine; empty, or not there yet.")
                .example("tarn volume add /srv/disk3 --data /srv/disk1"),
            Command.of(
                    "check",
                    "Writes, reads, renames and deletes on a volume, which takes writes again when"
                        + " all of it works.",
                    VolumeVerbs::check)
                .admin()
                .word("ID", "Its id; `tarn volume ls` has it."),
            Command.of(
                    "forget",
                    "Does without a volume that is lost: starts no longer ask for it. What is on it"
                        + " answers 503 until it is back; it may come back.",
                    VolumeVerbs::forget)
                .admin()
                .word("ID", "Its id; `tarn volume ls` has it.")));
  }

  /// Of a node without a server.
  private interface Work {
    ObjectNode on(Path metadata) throws IOException;
  }

  private interface Request {
    JsonNode to(AdminClient admin);
  }

  private static JsonNode answer(Invocation invocation, Request request, Work work) {
    if (!AdminEndpoint.isNamed(invocation) && AdminEndpoint.running(invocation).isEmpty()) {
      try {
        Path metadata = AdminEndpoint.metadata(invocation);
        if (NodeState.read(metadata).isPresent()) return work.on(metadata);
      } catch (StoreFailure e) {
        throw new CommandFailure(ExitCode.FAILURE, "Refused", String.valueOf(e.getMessage()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot use the directories of the node", e);
      }
    }
    try (AdminClient admin = invocation.admin()) {
      return request.to(admin);
    }
  }

  private static ExitCode list(Invocation invocation) {
    JsonNode answer = answer(invocation, admin -> admin.get("/volumes"), VolumeVerbs::known);
    return invocation.answer(
        answer,
        () -> {
          var table =
              new Table("ID", "DIRECTORY", "STATE", "FREE", "SIZE", "READ ERRORS", "HUNG CALLS");
          for (JsonNode each : answer.path("volumes")) {
            table.row(
                each.path("id").asString(""),
                each.path("directory").asString(""),
                each.path("state").asString(""),
                size(each.path("freeBytes")),
                size(each.path("totalBytes")),
                each.path("readErrors").asString(""),
                each.path("callsHung").asString(""));
          }
          table.print(invocation.terminal());
        });
  }

  private static String size(JsonNode bytes) {
    return bytes.isMissingNode() ? "" : Words.size(bytes.asLong(0));
  }

  /// What the node knows of its volumes; nobody has looked at them.
  private static ObjectNode known(Path metadata) throws IOException {
    NodeState state = NodeState.read(metadata).orElseThrow();
    ObjectNode answer = AdminClient.object();
    ArrayNode volumes = answer.putArray("volumes");
    for (NodeState.Member each : state.volumes()) put(volumes, each, "not running");
    for (NodeState.Member each : state.forgotten()) put(volumes, each, "forgotten");
    return answer;
  }

  private static void put(ArrayNode volumes, NodeState.Member member, String state) {
    volumes
        .addObject()
        .put("id", member.id())
        .put("directory", member.directory())
        .put("state", state);
  }

  private static ExitCode add(Invocation invocation) {
    Path directory = Path.of(invocation.word(0)).toAbsolutePath().normalize();
    JsonNode answer =
        answer(
            invocation,
            admin ->
                admin.post("/volumes", AdminClient.object().put("directory", directory.toString())),
            metadata -> added(metadata, directory));
    return invocation.answer(
        answer,
        () ->
            invocation
                .terminal()
                .print(
                    "%s is volume %s of this node; name it at the next start, with the others"
                        .formatted(directory, answer.path("id").asString(""))));
  }

  private static ObjectNode added(Path metadata, Path directory) throws IOException {
    try (NodeHome home = NodeHome.withoutServer(metadata)) {
      return AdminClient.object()
          .put("id", home.add(directory))
          .put("directory", directory.toString());
    }
  }

  private static ExitCode check(Invocation invocation) {
    String id = invocation.word(0);
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.post("/volumes" + SignedHttp.path(id), AdminClient.object());
      return invocation.answer(
          answer, () -> invocation.terminal().print("volume " + id + " takes writes"));
    }
  }

  private static ExitCode forget(Invocation invocation) {
    String id = invocation.word(0);
    JsonNode answer =
        answer(
            invocation,
            admin -> admin.delete("/volumes" + SignedHttp.path(id)),
            metadata -> forgotten(metadata, id));
    return invocation.answer(
        answer, () -> invocation.terminal().print("volume " + id + " is forgotten"));
  }

  private static ObjectNode forgotten(Path metadata, String id) throws IOException {
    try (NodeHome home = NodeHome.withoutServer(metadata)) {
      home.forget(id);
      return AdminClient.object().put("id", id);
    }
  }
}
