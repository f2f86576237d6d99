package io.tarn.node;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn cache` in a running server: what its near-cache has of linked buckets, and what is done
/// there. Long work is asked for step by step, so it ends with the command, and is gone on with by
/// giving it again.
final class CacheVerbs {
  private static final String PREFIX = "Only keys that begin so. Default: all.";

  private CacheVerbs() {}

  static List<Command> all() {
    return List.of(
        ofBucket(
            "status",
            "Says how full the cache is, and what it has of a bucket.",
            CacheVerbs::status),
        ofBucket(
            "stats",
            "Sums up what the cache did since the start: hits, what was asked of the origin, and"
                + " what that saved in money.",
            CacheVerbs::stats),
        Command.of(
                "explain",
                "Says what a bucket is linked to and how it is cached; or what the cache knows of a"
                    + " key, and how a read of it would be answered now. Asks the origin nothing.",
                CacheVerbs::explain)
            .admin()
            .word("BUCKET", "A linked bucket.")
            .optionalWord("KEY", "A key in it.")
            .example("tarn cache explain photos 2026/big"),
        CacheSync.command(),
        below("warm", "Fetches what is missing of the objects below a prefix.", CacheVerbs::warm)
            .option("--parallel", "N", "Objects that are fetched at a time. Default: 16.")
            .option("--after", "KEY", "Only what comes behind this key.")
            .example("tarn cache warm photos 2026/"),
        below(
            "pin",
            "Keeps what is, and will be, cached below a prefix, up to three quarters of the cache.",
            CacheVerbs::pin),
        below("unpin", "Takes a pin back.", CacheVerbs::unpin),
        below(
            "evict",
            "Gives up what is cached below a prefix, but for what is pinned. The next read asks the"
                + " origin.",
            CacheVerbs::evict));
  }

  private static Command ofBucket(String name, String summary, Verb verb) {
    return Command.of(name, summary, verb).admin().optionalWord("BUCKET", "A linked bucket.");
  }

  private static Command below(String name, String summary, Verb verb) {
    return Command.of(name, summary, verb)
        .admin()
        .word("BUCKET", "A linked bucket.")
        .optionalWord("PREFIX", PREFIX);
  }

  private static String path(Invocation invocation, String... further) {
    var parts = new ArrayList<>(List.of("cache", invocation.word(0)));
    parts.addAll(List.of(further));
    return SignedHttp.path(parts.toArray(String[]::new));
  }

  private static ExitCode status(Invocation invocation) {
    boolean all = invocation.word(0).isEmpty();
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.get(all ? "/cache" : path(invocation));
      return invocation.answer(
          answer,
          () -> {
            Terminal terminal = invocation.terminal();
            usage(terminal, all ? answer : answer.path("usage"));
            if (all) return;
            if (!answer.path("cached").asBoolean(false)) {
              terminal.print(
                  "bucket %s: linked to %s, not cached"
                      .formatted(invocation.word(0), BucketVerbs.home(answer.path("home"))));
              return;
            }
            JsonNode share = answer.path("share");
            terminal.print(
                "bucket %s: %s, %s, %s of it pinned"
                    .formatted(
                        invocation.word(0),
                        Words.size(share.path("bytes").asLong(0)),
                        Words.count(share.path("blocks").asLong(0), "block"),
                        Words.size(share.path("pinned").asLong(0))));
            CacheSync.queue(terminal, answer.path("queue"));
            for (JsonNode pin : answer.path("pins")) {
              terminal.print("pinned: " + prefix(pin.asString("")));
            }
          });
    }
  }

  private static String prefix(String prefix) {
    return prefix.isEmpty() ? "everything" : prefix;
  }

  private static void usage(Terminal terminal, JsonNode usage) {
    if (usage.isEmpty()) {
      terminal.print("this server has no near-cache; it has one with its first linked bucket");
      return;
    }
    long size = usage.path("size").asLong(0);
    long used = usage.path("used").asLong(0);
    terminal.print(
        "cache: %s of %s used (%d %%), %s, %s pinned"
            .formatted(
                Words.size(used),
                Words.size(size),
                size == 0 ? 0 : used * 100 / size,
                Words.count(usage.path("blocks").asLong(0), "block"),
                Words.size(usage.path("pinned").asLong(0))));
    JsonNode removed = usage.path("removed");
    terminal.print(
        "went since the start: %d for want of room, %d for want of disk space, %d replaced, %d asked for, %d damaged"
            .formatted(
                removed.path("room").asLong(0),
                removed.path("space").asLong(0),
                removed.path("replaced").asLong(0),
                removed.path("asked").asLong(0),
                removed.path("damaged").asLong(0)));
  }

  private static ExitCode stats(Invocation invocation) {
    if (invocation.word(0).isEmpty()) {
      try (AdminClient admin = invocation.admin()) {
        return everyBucket(invocation, admin);
      }
    }
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.get(path(invocation));
      return invocation.answer(answer, () -> CacheReport.print(invocation.terminal(), answer));
    }
  }

  /// Of each linked bucket, a page of buckets after the other.
  private static ExitCode everyBucket(Invocation invocation, AdminClient admin) {
    ObjectNode all = AdminClient.object();
    ArrayNode list = all.putArray("buckets");
    String next = "";
    do {
      JsonNode page = admin.get(SignedHttp.with("/buckets", "after", next));
      for (JsonNode each : page.path("buckets")) {
        if (!each.path("home").path("kind").asString("").equals("linked")) continue;
        list.add(admin.get(SignedHttp.path("cache", each.path("name").asString(""))));
      }
      next = page.path("next").asString("");
    } while (!next.isEmpty());
    return invocation.answer(
        all,
        () -> {
          for (JsonNode each : list) CacheReport.print(invocation.terminal(), each);
          if (list.isEmpty()) invocation.terminal().print("no bucket is linked");
        });
  }

  private static ExitCode explain(Invocation invocation) {
    String key = invocation.word(1);
    try (AdminClient admin = invocation.admin()) {
      if (key.isEmpty()) {
        JsonNode answer = admin.get(path(invocation));
        return invocation.answer(
            answer, () -> CacheExplanation.ofBucket(invocation.terminal(), answer));
      }
      JsonNode answer = admin.get(SignedHttp.with(path(invocation, "key"), "key", key));
      return invocation.answer(answer, () -> CacheExplanation.ofKey(invocation.terminal(), answer));
    }
  }

  private static ExitCode evict(Invocation invocation) {
    ObjectNode sum =
        pass(
            invocation,
            "evicting",
            (admin, after) ->
                admin.post(path(invocation, "evict"), body(invocation).put("after", after)));
    return invocation.answer(
        sum,
        () ->
            invocation
                .terminal()
                .print(
                    "gave up %s%s"
                        .formatted(
                            blocks(sum, "matched", "left"),
                            sum.path("left").path("blocks").asLong(0) == 0
                                ? ""
                                : "; " + blocks(sum, "left", "") + " stay: they are pinned")));
  }

  private static ObjectNode body(Invocation invocation) {
    return AdminClient.object().put("prefix", invocation.word(1));
  }

  private static ExitCode pin(Invocation invocation) {
    ObjectNode sum =
        pass(
            invocation,
            "pinning",
            (admin, after) ->
                admin.put(
                    path(invocation, "pins"),
                    AdminClient.bytes(body(invocation).put("after", after))));
    boolean fits = sum.path("left").path("blocks").asLong(0) == 0;
    ExitCode _ =
        invocation.answer(
            sum,
            () -> {
              Terminal terminal = invocation.terminal();
              terminal.print(
                  "pinned %s of %s; %s of it are here and stay"
                      .formatted(
                          prefix(invocation.word(1)),
                          invocation.word(0),
                          blocks(sum, "matched", "left")));
              if (fits) return;
              terminal.complain(
                  "%s do not fit: %s are pinned, and three quarters of %s may be; enlarge cache.size"
                      .formatted(
                          blocks(sum, "left", ""),
                          Words.size(sum.path("pinned").asLong(0)),
                          Words.size(sum.path("size").asLong(0))));
            });
    return fits ? ExitCode.OK : ExitCode.PARTIAL;
  }

  private static ExitCode unpin(Invocation invocation) {
    String target = SignedHttp.with(path(invocation, "pins"), "prefix", invocation.word(1));
    ObjectNode sum =
        pass(
            invocation,
            "unpinning",
            (admin, after) -> admin.delete(SignedHttp.with(target, "after", after)));
    return invocation.answer(
        sum,
        () ->
            invocation
                .terminal()
                .print(
                    "unpinned %s of %s".formatted(prefix(invocation.word(1)), invocation.word(0))));
  }

  /// `11 blocks, 10.3 MiB`; what is in `but` taken off.
  private static String blocks(JsonNode sum, String what, String but) {
    long blocks = sum.path(what).path("blocks").asLong(0) - sum.path(but).path("blocks").asLong(0);
    long bytes = sum.path(what).path("bytes").asLong(0) - sum.path(but).path("bytes").asLong(0);
    return Words.count(blocks, "block") + ", " + Words.size(bytes);
  }

  private interface Step {
    JsonNode after(AdminClient admin, String after);
  }

  /// All steps of going over the blocks of a bucket, summed up.
  private static ObjectNode pass(Invocation invocation, String doing, Step step) {
    var progress = new ProgressLine(invocation.terminal());
    ObjectNode sum = AdminClient.object();
    try (AdminClient admin = invocation.admin()) {
      long all = admin.get(path(invocation)).path("share").path("blocks").asLong(0);
      String after = "";
      JsonNode answer;
      do {
        answer = step.after(admin, after);
        add(sum, answer);
        after = answer.path("next").asString("");
        progress.at(
            sum.path("looked").asLong(0), all, doing + " " + blocks(sum, "matched", "left"));
      } while (!answer.path("done").asBoolean(true));
    } finally {
      progress.end();
    }
    return sum;
  }

  private static void add(ObjectNode sum, JsonNode step) {
    sum.put("looked", sum.path("looked").asLong(0) + step.path("looked").asLong(0));
    for (String what : List.of("matched", "left")) {
      ObjectNode of = sum.path(what) instanceof ObjectNode there ? there : sum.putObject(what);
      for (String number : List.of("blocks", "bytes")) {
        of.put(number, of.path(number).asLong(0) + step.path(what).path(number).asLong(0));
      }
    }
    for (String last : List.of("pinned", "size")) {
      if (step.has(last)) sum.put(last, step.path(last).asLong(0));
    }
  }

  private static ExitCode warm(Invocation invocation) {
    return new CacheWarming(invocation).run();
  }
}
