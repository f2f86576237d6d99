package io.tarn.node;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn fsck`: whether all is there that the metadata refers to, and nothing else.
final class FsckVerb {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private FsckVerb() {}

  static Command command() {
    return Command.of(
            "fsck",
            "Holds metadata and volumes against each other, beside everything else, and changes"
                + " nothing. Lists objects whose bytes are not there, and bytes that belong to no"
                + " object.",
            FsckVerb::check)
        .admin()
        .flag(
            "--repair",
            "Has bytes that belong to no object removed in 7 days, if no object lacks any.");
  }

  private static ExitCode check(Invocation invocation) {
    JsonNode found;
    try (AdminClient admin = invocation.admin()) {
      ObjectNode wish = AdminClient.object();
      if (invocation.flag("--repair")) wish.put("repair", "orphans");
      found = admin.post("/fsck", wish);
      while (found.path("running").asBoolean(false)) {
        LockSupport.parkNanos(POLL_NANOS);
        found = admin.get("/fsck");
      }
    }
    String problem = found.path("problem").asString("");
    if (!problem.isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILURE, "NotChecked", "not checked to the end: " + problem);
    }
    JsonNode report = found;
    ExitCode _ = invocation.answer(report, () -> print(invocation.terminal(), report));
    long left = count(report, "orphans") - count(report, "discarded");
    boolean clean = count(report, "flaws") == 0 && left == 0;
    return clean ? ExitCode.OK : ExitCode.FAILURE;
  }

  private static long count(JsonNode report, String what) {
    return report.path(what).asLong(0);
  }

  private static void print(Terminal terminal, JsonNode report) {
    for (JsonNode each : report.path("flawed")) {
      String object = object(each);
      terminal.print(
          "not whole: %s%s%s"
              .formatted(object, object.isEmpty() ? "" : ": ", each.path("problem").asString("")));
    }
    more(terminal, count(report, "flaws") - report.path("flawed").size());
    for (JsonNode each : report.path("orphaned")) {
      String object = object(each);
      String written = each.path("label").path("written").asString("");
      terminal.print(
          "belongs to no object: blob %s on %s%s%s"
              .formatted(
                  each.path("blob").asString(""),
                  each.path("volume").asString(""),
                  object.isEmpty() ? "" : ", written for " + object,
                  written.isEmpty() ? "" : " at " + written));
    }
    more(terminal, count(report, "orphans") - report.path("orphaned").size());
    terminal.print(
        "%s checked, %d not whole, %s of no object"
            .formatted(
                Words.count(count(report, "versions"), "version"),
                count(report, "flaws"),
                Words.count(count(report, "orphans"), "blob")));
    printRepair(terminal, report);
  }

  private static void printRepair(Terminal terminal, JsonNode report) {
    String refused = report.path("notRepaired").asString("");
    if (!refused.isEmpty()) terminal.print("not repaired: " + refused);
    if (count(report, "discarded") > 0) {
      terminal.print(
          "%s will be removed in %d days"
              .formatted(
                  Words.count(count(report, "discarded"), "blob"),
                  ConsistencyCheck.KEPT_FOR.toDays()));
    }
  }

  private static void more(Terminal terminal, long rest) {
    if (rest > 0) terminal.print("and %d more, which are in the server's log".formatted(rest));
  }

  /// An object, or a part of an upload, as far as it is known; else empty.
  static String object(JsonNode named) {
    String bucket = named.path("bucket").asString("");
    if (bucket.isEmpty()) return "";
    String version = named.path("version").asString("");
    long part = named.path("part").asLong(0);
    return "%s/%s%s%s"
        .formatted(
            bucket,
            named.path("key").asString(""),
            version.isEmpty() || version.equals("null") ? "" : " version " + version,
            part == 0
                ? ""
                : " part %d of upload %s".formatted(part, named.path("upload").asString("")));
  }
}
