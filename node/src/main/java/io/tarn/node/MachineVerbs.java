package io.tarn.node;

import io.tarn.node.SignedHttp.Pass;
import io.tarn.node.SignedHttp.Reply;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The commands about the server itself.
final class MachineVerbs {
  private MachineVerbs() {}

  static Command status() {
    return Command.of("status", "Shows how a server is.", MachineVerbs::showStatus).admin();
  }

  static Command health() {
    return Command.of(
            "health",
            "Asks whether a server takes work: exit code 0 when it does, 1 when not, 6 when nobody"
                + " answers. Needs no keys; made for container health checks.",
            MachineVerbs::askHealth)
        .admin()
        .flag("--live", "Asks only whether it lives.");
  }

  static Command scrub() {
    return Command.group(
        "scrub",
        "Reads everything that is stored and checks it.",
        List.of(
            Command.of(
                    "start",
                    "Begins a scrub in the background.",
                    posting(
                        "/scrub", _ -> "a scrub begins; `tarn scrub status` shows how far it is"))
                .admin(),
            Command.of(
                    "status",
                    "Shows the present or last scrub, and which objects are damaged; exit code 1"
                        + " when there is damage.",
                    MachineVerbs::showScrub)
                .admin()));
  }

  static Command garbage() {
    return Command.of(
            "garbage",
            "Removes now what no object refers to any more and is due.",
            posting("/garbage", answer -> "removed " + answer.path("removed").asLong(0)))
        .admin();
  }

  static Command masterKey() {
    return Command.group(
        "master-key",
        "The key that seals the secrets of access keys on disk.",
        List.of(
            Command.of(
                    "rotate",
                    "Makes a new one in its file and seals every secret anew, while the server"
                        + " runs.",
                    posting(
                        "/master-key/rotate",
                        answer ->
                            Words.count(answer.path("sealed").asLong(0), "secret")
                                + " sealed anew; keep a copy of the new key"))
                .admin()));
  }

  static Command certificate() {
    return Command.group(
        "certificate",
        "The certificate of the server's listeners.",
        List.of(
            Command.of(
                    "reload",
                    "Reads certificate and key again, for connections to come; those there are go"
                        + " on. The server looks by itself, too, every"
                        + " http.timeouts.certificate-check.",
                    posting("/certificate/reload", _ -> "the certificate was read again"))
                .admin()));
  }

  /// Has the server do something that takes no arguments, and says in one line what came of it.
  private static Verb posting(String target, Function<JsonNode, String> outcome) {
    return call -> {
      try (AdminClient admin = call.admin()) {
        JsonNode answer = admin.post(target, AdminClient.object());
        return call.answer(answer, () -> call.terminal().print(outcome.apply(answer)));
      }
    };
  }

  static Command version() {
    return Command.of(
            "version",
            "Prints the version.",
            call ->
                call.answer(
                    AdminClient.object()
                        .put("version", ProgramVersion.TEXT)
                        .put("java", System.getProperty("java.version", "")),
                    () -> call.terminal().print("tarn " + ProgramVersion.TEXT)))
        .json();
  }

  private static ExitCode askHealth(Invocation invocation) {
    String url = AdminEndpoint.address(invocation);
    try (var http = new SignedHttp(url, new Pass.Nothing(), AdminEndpoint.trust(url, invocation))) {
      Reply reply =
          http.send(
              "GET", invocation.flag("--live") ? "/health/live" : "/health/ready", new byte[0]);
      JsonNode answer = parsed(reply, url);
      boolean healthy = reply.status() == 200;
      ExitCode _ =
          invocation.answer(
              answer,
              () ->
                  invocation
                      .terminal()
                      .print(
                          healthy
                              ? "healthy" + degraded(answer)
                              : "not ready: " + joined(answer.path("reasons"))));
      return healthy ? ExitCode.OK : ExitCode.FAILURE;
    }
  }

  private static JsonNode parsed(Reply reply, String url) {
    try {
      JsonNode answer = Invocation.JSON.readTree(reply.text());
      if (answer.has("healthy")) return answer;
    } catch (JacksonException e) {
      throw notTarn(url);
    }
    throw notTarn(url);
  }

  private static CommandFailure notTarn(String url) {
    return new CommandFailure(
        ExitCode.UNREACHABLE, "NotTarn", url + " answers, but not like Tarn's admin port");
  }

  private static String degraded(JsonNode answer) {
    String what = joined(answer.path("degraded"));
    return what.isEmpty() ? "" : ", but degraded: " + what;
  }

  private static String joined(JsonNode texts) {
    return String.join("; ", texts.valueStream().map(text -> text.asString("")).toList());
  }

  private static ExitCode showStatus(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.get("/status");
      return invocation.answer(answer, () -> printStatus(invocation.terminal(), answer));
    }
  }

  private static void printStatus(Terminal terminal, JsonNode status) {
    terminal.print(
        "tarn %s   node %s   region %s   up %s%s"
            .formatted(
                status.path("version").asString(""),
                status.path("node").asString(""),
                status.path("region").asString(""),
                Words.time(status.path("uptimeSeconds").asLong(0)),
                status.path("draining").asBoolean(false) ? "   DRAINING" : ""));
    JsonNode counts = status.path("counts");
    terminal.print(
        "%s, %s"
            .formatted(
                Words.count(counts.path("tenants").asLong(0), "tenant"),
                Words.count(counts.path("buckets").asLong(0), "bucket")));
    var volumes = new Table("VOLUME", "FREE", "SIZE", "STATE");
    for (JsonNode each : status.path("volumes")) {
      volumes.row(
          each.path("directory").asString(""),
          Words.size(each.path("freeBytes").asLong(0)),
          Words.size(each.path("totalBytes").asLong(0)),
          orOk(each.path("problem").asString("")));
    }
    volumes.print(terminal);
    for (JsonNode each : status.path("missing")) {
      terminal.print("volume %s is MISSING; see `tarn volume ls`".formatted(each.asString("")));
    }
    JsonNode metadata = status.path("metadata");
    terminal.print(
        "metadata: %s, %d queued"
            .formatted(
                orOk(metadata.path("problem").asString("")), metadata.path("queued").asLong(0)));
    JsonNode garbage = status.path("garbage");
    long rows = garbage.path("rows").asLong(0);
    terminal.print(
        "garbage: "
            + (rows == 0
                ? "none"
                : "%s, %s, the oldest for %s"
                    .formatted(
                        Words.count(rows, "piece"),
                        Words.size(garbage.path("bytes").asLong(0)),
                        Words.time(garbage.path("oldestSeconds").asLong(0)))));
    terminal.print("scrub: " + scrubLine(status.path("scrub")));
    for (JsonNode alarm : status.path("alarms")) {
      terminal.print(
          "ALARM: %s: %s"
              .formatted(alarm.path("what").asString(""), alarm.path("detail").asString("")));
    }
  }

  private static String orOk(String problem) {
    return problem.isEmpty() ? "ok" : problem;
  }

  private static String scrubLine(JsonNode scrub) {
    String started = scrub.path("started").asString("");
    String ended = scrub.path("ended").asString("");
    if (started.isEmpty()) return "none yet";
    String when =
        scrub.path("running").asBoolean(false)
            ? "running since " + started
            : ended.isEmpty() ? "interrupted, goes on by itself" : "ended " + ended;
    return "%s, %s, %d damaged".formatted(when, amount(scrub), scrub.path("damaged").asLong(0));
  }

  private static String amount(JsonNode read) {
    return "%s, %s"
        .formatted(
            Words.count(read.path("blobs").asLong(0), "blob"),
            Words.size(read.path("bytes").asLong(0)));
  }

  private static ExitCode showScrub(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.get("/scrub");
      ExitCode _ =
          invocation.answer(
              answer,
              () -> {
                invocation.terminal().print(scrubLine(answer));
                printVolumes(invocation.terminal(), answer.path("volumes"));
                printVolumes(invocation.terminal(), answer.path("volumes"));
                for (JsonNode each : answer.path("findings")) {
                  invocation
                      .terminal()
                      .print(
                          "damaged: %s on %s: %s"
                              .formatted(
                                  each.path("blob").asString(""),
                                  each.path("volume").asString(""),
                                  each.path("problem").asString("")));
                }
                for (JsonNode each : answer.path("damage")) {
                  invocation.terminal().print(damageLine(each));
                }
              });
      return isDamaged(answer) ? ExitCode.FAILURE : ExitCode.OK;
    }
  }

  private static void printVolumes(Terminal terminal, JsonNode volumes) {
    var table = new Table("VOLUME", "STATE", "THIS ROUND", "LAST ROUND");
    for (JsonNode each : volumes) {
      JsonNode round = each.path("round");
      JsonNode last = each.path("last");
      String ended = last.path("ended").asString("");
      table.row(
          each.path("directory").asString(""),
          each.path("state").asString(""),
          round.path("started").asString("").isEmpty()
              ? ""
              : "%s, %d of %d directories"
                  .formatted(
                      amount(round),
                      each.path("passed").asLong(0),
                      each.path("directories").asLong(0)),
          ended.isEmpty() ? "none yet" : "ended %s, %s".formatted(ended, amount(last)));
    }
    table.print(terminal);
  }

  private static boolean isDamaged(JsonNode answer) {
    return !answer.path("findings").isEmpty()
        || answer
            .path("damage")
            .valueStream()
            .anyMatch(each -> each.path("state").asString("").equals("damaged"));
  }

  private static String damageLine(JsonNode damage) {
    String state = damage.path("state").asString("");
    String object = FsckVerb.object(damage);
    return "%s: %s%s, found %s, %s"
        .formatted(
            state,
            object.isEmpty() ? "" : object + ": ",
            damage.path("problem").asString(""),
            damage.path("found").asString(""),
            state.equals("damaged")
                ? Words.size(damage.path("bytes").asLong(0))
                : "%s are kept in %s"
                    .formatted(
                        Words.size(damage.path("bytes").asLong(0)),
                        damage.path("file").asString("")));
  }
}
