package io.tarn.node;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// `tarn cache sync BUCKET`: waits until acknowledged writes are at the origin.
final class CacheSync {
  private static final String USUAL = "10m";
  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smh])");
  private static final Map<String, Integer> SECONDS = Map.of("s", 1, "m", 60, "h", 3600);

  private CacheSync() {}

  static Command command() {
    return Command.of(
            "sync",
            "Waits until all writes of a bucket that are acknowledged by now are at its origin, and"
                + " tries again at once what it refused. Exits with 75 when that takes too long,"
                + " with 3 when some are refused again.",
            CacheSync::run)
        .admin()
        .word("BUCKET", "A linked bucket.")
        .option("--timeout", "TIME", "How long to wait. Default: 10m.")
        .example("tarn cache sync photos --timeout 30s");
  }

  private static ExitCode run(Invocation invocation) {
    long end = System.nanoTime() + timeout(invocation.option("--timeout")).toNanos();
    var progress = new ProgressLine(invocation.terminal());
    JsonNode answer;
    try (AdminClient admin = invocation.admin()) {
      String path = SignedHttp.path("cache", invocation.word(0), "sync");
      long all = 0;
      String upTo = "0";
      do {
        answer = admin.post(path, AdminClient.object().put("upTo", upTo));
        if (upTo.equals("0")) upTo = answer.path("upTo").asString("0");
        all = Math.max(all, writes(answer));
        progress.at(all - writes(answer), all, "syncing: " + queued(answer) + " left");
      } while (waiting(answer) > 0 && System.nanoTime() < end);
    } finally {
      progress.end();
    }
    ExitCode _ = invocation.answer(answer, () -> {});
    return outcome(invocation.terminal(), invocation.flag("--json"), answer);
  }

  private static ExitCode outcome(Terminal terminal, boolean json, JsonNode answer) {
    if (waiting(answer) > 0) {
      terminal.complain(queued(answer) + " still wait for the origin");
      return ExitCode.TRY_AGAIN;
    }
    if (writes(answer) > 0) {
      terminal.complain(queued(answer) + " are refused by the origin, and kept:");
      refusals(terminal, answer);
      return ExitCode.PARTIAL;
    }
    if (!json) terminal.print("all that was acknowledged is at the origin");
    return ExitCode.OK;
  }

  private static void refusals(Terminal terminal, JsonNode queue) {
    for (JsonNode each : queue.path("refusals")) {
      terminal.complain(
          "  %s: %s".formatted(each.path("key").asString(""), each.path("problem").asString("")));
    }
  }

  /// What a status says of a queue; nothing where none waits.
  static void queue(Terminal terminal, JsonNode queue) {
    if (writes(queue) == 0) return;
    terminal.print(
        "queue: %s, waits for the origin since %s; %d refused by it"
            .formatted(
                queued(queue), queue.path("oldest").asString(""), queue.path("refused").asLong(0)));
    refusals(terminal, queue);
  }

  private static long writes(JsonNode queue) {
    return queue.path("writes").asLong(0);
  }

  private static long waiting(JsonNode queue) {
    return writes(queue) - queue.path("refused").asLong(0);
  }

  private static String queued(JsonNode queue) {
    return "%s, %s"
        .formatted(Words.count(writes(queue), "write"), Words.size(queue.path("bytes").asLong(0)));
  }

  private static Duration timeout(String text) {
    Matcher time = TIME.matcher(text.isEmpty() ? USUAL : text);
    if (!time.matches()) {
      throw CommandFailure.usage("--timeout is written 30s, 10m or 2h, not " + text);
    }
    int unit = SECONDS.getOrDefault(time.group(2), 1);
    return Duration.ofSeconds(Math.multiplyExact(Long.parseLong(time.group(1)), unit));
  }
}
