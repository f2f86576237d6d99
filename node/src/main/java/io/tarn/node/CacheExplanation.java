package io.tarn.node;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/// `tarn cache explain`, in words.
final class CacheExplanation {
  private CacheExplanation() {}

  /// What a bucket is linked to, and how it is cached.
  static void ofBucket(Terminal terminal, JsonNode answer) {
    JsonNode home = answer.path("home");
    terminal.print("bucket %s is %s".formatted(text(answer, "bucket"), BucketVerbs.home(home)));
    String without = BucketVerbs.words(home.path("without"));
    terminal.print("cannot be done there: " + (without.isEmpty() ? "nothing is missing" : without));
    kept(terminal, answer);
    if (!answer.path("cached").asBoolean(false)) {
      terminal.print("there is no cache before it");
      return;
    }
    policy(terminal, answer.path("policy"));
    JsonNode share = answer.path("share");
    terminal.print(
        "here: %s, %s, %s of it pinned"
            .formatted(
                Words.count(share.path("blocks").asLong(0), "block"),
                Words.size(share.path("bytes").asLong(0)),
                Words.size(share.path("pinned").asLong(0))));
    for (JsonNode pin : answer.path("pins")) {
      String prefix = pin.asString("");
      terminal.print("pinned: " + (prefix.isEmpty() ? "everything" : prefix));
    }
  }

  /// Its own settings, and when it was tried out.
  private static void kept(Terminal terminal, JsonNode answer) {
    for (var setting : answer.path("settings").properties()) {
      terminal.print("  %s=%s".formatted(setting.getKey(), setting.getValue().asString("")));
    }
    String credentials = text(answer, "credentials");
    if (!credentials.isEmpty()) terminal.print("  credentials: " + credentials);
    String probed = text(answer, "probed");
    if (probed.isEmpty()) return;
    boolean old = Instant.parse(text(answer, "probeExpires")).isBefore(Instant.now());
    terminal.print(
        "tried out: %s%s"
            .formatted(
                probed, old ? ", which is long ago; that is done again at the next start" : ""));
  }

  private static void policy(Terminal terminal, JsonNode policy) {
    String fresh =
        switch (text(policy, "freshness")) {
          case "ttl" -> "ttl, the origin is asked again after " + seconds(policy, "ttl");
          case "revalidate" -> "revalidate, the origin is asked at each request";
          default -> "exclusive, the origin is not asked: nobody else writes there";
        };
    terminal.print("freshness: " + fresh);
    terminal.print("writes: " + text(policy, "writes"));
    if (policy.path("staleIfError").asDouble(0) > 0) {
      terminal.print(
          "while the origin is away, answers may be older by " + seconds(policy, "staleIfError"));
    }
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private static String seconds(JsonNode node, String name) {
    double seconds = node.path(name).asDouble(0);
    return seconds < 10 ? "%.1f s".formatted(seconds) : Words.time(Math.round(seconds));
  }

  /// What the cache knows of a key.
  static void ofKey(Terminal terminal, JsonNode answer) {
    terminal.print("key %s of bucket %s".formatted(text(answer, "key"), text(answer, "bucket")));
    durability(terminal, answer);
    JsonNode head = answer.path("head");
    switch (text(answer, "known")) {
      case "head" -> {
        terminal.print(
            "head: %s, ETag %s, modified %s; the origin said so %s ago"
                .formatted(
                    Words.size(head.path("size").asLong(0)),
                    text(head, "etag"),
                    text(head, "modified"),
                    seconds(answer, "age")));
        JsonNode blocks = answer.path("blocks");
        terminal.print(
            "blocks: %d of %d are here, %d of them pinned"
                .formatted(
                    blocks.path("here").asLong(0),
                    blocks.path("all").asLong(0),
                    blocks.path("pinned").asLong(0)));
      }
      case "absence" ->
          terminal.print(
              "the origin said %s ago that it is not there".formatted(seconds(answer, "age")));
      case "written" ->
          terminal.print("it was written through here %s ago".formatted(seconds(answer, "age")));
      default ->
          terminal.print("nothing is remembered of it; what is here is found when it is asked for");
    }
    terminal.print("a read now: " + outlook(answer));
  }

  private static void durability(Terminal terminal, JsonNode answer) {
    JsonNode queued = answer.path("queued");
    if (queued.isMissingNode()) {
      terminal.print("durability: origin; no write of it waits here");
      return;
    }
    terminal.print(
        "durability: local; %s of %s waits here for the origin"
            .formatted(
                queued.path("deletes").asBoolean(false) ? "its deletion" : "the write",
                text(queued, "since")));
    String problem = text(queued, "problem");
    if (!problem.isEmpty()) terminal.print("the origin does not take it: " + problem);
  }

  private static String outlook(JsonNode answer) {
    if (answer.path("queued").path("deletes").asBoolean(false)) {
      return "there is no such key, without asking the origin";
    }
    boolean asks = answer.path("answer").path("asksOrigin").asBoolean(true);
    String first = asks ? "the origin is asked first; if nothing changed, " : "";
    return switch (text(answer.path("answer"), "verdict")) {
      case "hit" -> "all of it comes from here (HIT)";
      case "revalidated" -> first + "all bytes come from here (REVALIDATED)";
      case "partial" -> first + "what is here comes from here, the rest is fetched (PARTIAL)";
      case "miss" -> first + "it is fetched (MISS)";
      default ->
          text(answer, "known").equals("absence") && !asks
              ? "there is no such key, without asking the origin"
              : "the origin is asked";
    };
  }
}
