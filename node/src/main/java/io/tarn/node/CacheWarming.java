package io.tarn.node;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn cache warm`: asks for one step after the other, tells how far it is, and waits a little
/// where the origin does not answer. What stops it says how to go on.
final class CacheWarming {
  private static final int ATTEMPTS = 4;
  private static final long PAUSE_MILLIS = 500;
  private static final int MOST_TOLD = 20;

  private final Invocation invocation;
  private final Terminal terminal;
  private final String bucket;
  private final String prefix;
  private final ArrayNode failed;
  private final ObjectNode sum = AdminClient.object();
  private String after;
  private long objects;
  private long bytes;
  private long fetched;
  private long failures;

  CacheWarming(Invocation invocation) {
    this.invocation = invocation;
    this.terminal = invocation.terminal();
    this.bucket = invocation.word(0);
    this.prefix = invocation.word(1);
    this.after = invocation.option("--after");
    this.failed = sum.putArray("failed");
  }

  ExitCode run() {
    String stop = "";
    var progress = new ProgressLine(terminal);
    try (AdminClient admin = invocation.admin()) {
      long size = admin.get(SignedHttp.path("cache", bucket)).path("usage").path("size").asLong(0);
      JsonNode step;
      do {
        step = step(admin);
        add(step);
        progress.at(0, 0, "warming %s: %s".formatted(bucket, said()));
        if (step.path("crowded").asBoolean(false)) stop = "the cache has no room for more";
        if (fetched > size) stop = "more was fetched than the cache holds";
      } while (stop.isEmpty() && !step.path("done").asBoolean(true));
    } finally {
      progress.end();
    }
    return answer(stop);
  }

  /// One step, once more after a while where it fails for a reason that passes.
  private JsonNode step(AdminClient admin) {
    ObjectNode body =
        AdminClient.object()
            .put("prefix", prefix)
            .put("after", after)
            .put("atOnce", invocation.option("--parallel"));
    for (int attempt = 1; ; attempt++) {
      try {
        return admin.post(SignedHttp.path("cache", bucket, "warm"), body);
      } catch (CommandFailure e) {
        if (e.exit() != ExitCode.TRY_AGAIN) throw e;
        if (attempt == ATTEMPTS) throw new CommandFailure(e.exit(), e.code(), e.text() + goOn());
      }
      try {
        Thread.sleep(attempt * PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure(ExitCode.INTERRUPTED, "Interrupted", "interrupted" + goOn());
      }
    }
  }

  private String goOn() {
    if (after.isEmpty()) return "";
    return "; the same command goes on where it stopped, and sooner with --after '%s'"
        .formatted(after);
  }

  private void add(JsonNode step) {
    after = step.path("next").asString("");
    objects += step.path("objects").asLong(0);
    bytes += step.path("bytes").asLong(0);
    fetched += step.path("fetchedBytes").asLong(0);
    failures += step.path("failures").asLong(0);
    for (JsonNode each : step.path("failed")) {
      if (failed.size() < MOST_TOLD) failed.add(each);
    }
  }

  private String said() {
    return "%s, %s, of which %s were fetched"
        .formatted(Words.count(objects, "object"), Words.size(bytes), Words.size(fetched));
  }

  private ExitCode answer(String stop) {
    sum.put("objects", objects)
        .put("bytes", bytes)
        .put("fetchedBytes", fetched)
        .put("failures", failures)
        .put("stopped", stop)
        .put("after", after);
    ExitCode _ =
        invocation.answer(
            sum,
            () -> {
              terminal.print("warm in %s: %s".formatted(bucket, said()));
              for (JsonNode each : failed) {
                terminal.complain(
                    "%s: %s"
                        .formatted(
                            each.path("key").asString(""), each.path("problem").asString("")));
              }
            });
    if (failures > failed.size()) {
      terminal.complain("%d more could not be had".formatted(failures - failed.size()));
    }
    if (!stop.isEmpty()) terminal.complain(stop + "; enlarge cache.size, or warm less" + goOn());
    return stop.isEmpty() && failures == 0 ? ExitCode.OK : ExitCode.PARTIAL;
  }
}
