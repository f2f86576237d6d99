package io.tarn.node;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// `tarn bucket`: buckets, whoever owns them.
final class BucketVerbs {
  private static final List<String> STATES = List.of("enabled", "suspended");

  private BucketVerbs() {}

  static Command command() {
    return Command.group(
        "bucket",
        "Buckets of all tenants. For objects use any S3 client.",
        List.of(
            UserVerbs.tenant(
                Command.of("create", "Makes a bucket.", BucketVerbs::create)
                    .admin()
                    .word("BUCKET", "Its name.")
                    .flag("--versioning", "Keeps old versions of objects.")),
            UserVerbs.tenant(
                Command.of("ls", "Lists buckets with their owners.", BucketVerbs::list)
                    .admin()
                    .option("--prefix", "TEXT", "Only names that start so.")),
            Command.of("rm", "Deletes an empty bucket.", BucketVerbs::remove)
                .admin()
                .word("BUCKET", "Its name."),
            Command.of(
                    "versioning",
                    "Keeps old versions of objects, or stops to.",
                    BucketVerbs::versioning)
                .admin()
                .word("BUCKET", "Its name.")
                .word("STATE", "enabled or suspended.", STATES)
                .example("tarn bucket versioning photos enabled"),
            LinkVerb.command(),
            Command.of(
                    "unlink",
                    "Takes a link away; what is at the origin stays.",
                    BucketVerbs::unlink)
                .admin()
                .word("BUCKET", "Its name here.")));
  }

  private static ExitCode create(Invocation invocation) {
    String bucket = invocation.word(0);
    try (AdminClient admin = invocation.admin()) {
      JsonNode made =
          admin.post(
              "/buckets",
              AdminClient.object()
                  .put("name", bucket)
                  .put("tenant", invocation.option("--tenant")));
      JsonNode answer = invocation.flag("--versioning") ? set(admin, bucket, "enabled") : made;
      return invocation.answer(
          answer, () -> invocation.terminal().print("created bucket " + bucket));
    }
  }

  private static ExitCode list(Invocation invocation) {
    String target =
        SignedHttp.with(
            "/buckets" + UserVerbs.query(invocation), "prefix", invocation.option("--prefix"));
    return new PagedOutput(
            target, "buckets", List.of("BUCKET", "TENANT", "HOME", "VERSIONING", "CREATED"))
        .print(
            invocation,
            each ->
                List.of(
                    each.path("name").asString(""),
                    each.path("tenant").asString(""),
                    home(each.path("home")),
                    each.path("versioning").asString(""),
                    each.path("created").asString("")));
  }

  /// Where the objects are; of a linked bucket the origin's name and what stands for the bucket
  /// there.
  static String home(JsonNode home) {
    String kind = home.path("kind").asString("");
    if (!kind.equals("linked")) return kind;
    return "%s:%s/%s"
        .formatted(
            home.path("origin").asString(""),
            home.path("bucket").asString(""),
            home.path("prefix").asString(""));
  }

  static String words(JsonNode texts) {
    var words = new ArrayList<String>();
    for (JsonNode text : texts) words.add(text.asString(""));
    return String.join(", ", words);
  }

  private static ExitCode remove(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.delete("/buckets" + SignedHttp.path(invocation.word(0)));
      return invocation.answer(
          answer, () -> invocation.terminal().print("deleted bucket " + invocation.word(0)));
    }
  }

  private static ExitCode versioning(Invocation invocation) {
    String state = invocation.word(1);
    if (!STATES.contains(state)) {
      throw CommandFailure.usage("versioning is enabled or suspended, not " + state);
    }
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = set(admin, invocation.word(0), state);
      return invocation.answer(
          answer,
          () -> invocation.terminal().print("versioning of " + invocation.word(0) + ": " + state));
    }
  }

  private static ExitCode unlink(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.delete("/buckets" + SignedHttp.path(invocation.word(0), "link"));
      return invocation.answer(
          answer, () -> invocation.terminal().print("unlinked bucket " + invocation.word(0)));
    }
  }

  private static JsonNode set(AdminClient admin, String bucket, String state) {
    return admin.put(
        "/buckets" + SignedHttp.path(bucket, "versioning"),
        AdminClient.bytes(AdminClient.object().put("versioning", state)));
  }
}
