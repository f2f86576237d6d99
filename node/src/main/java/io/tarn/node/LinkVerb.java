package io.tarn.node;

import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn bucket link`: makes a bucket of one that is at an origin. Either the settings of the
/// server name that, or all of it is said here and kept with the bucket, but for secrets.
final class LinkVerb {
  private static final String S3 = "s3://";
  private static final String FILE = "file:";

  private LinkVerb() {}

  static Command command() {
    return UserVerbs.tenant(
        Command.of("link", "Makes a bucket of one at an origin, or of a directory.", LinkVerb::run)
            .admin()
            .word("BUCKET", "Its name here.")
            .option(
                "--origin",
                "ORIGIN",
                "s3://BUCKET[/PREFIX], file:DIRECTORY on the server's machine, or the name of one"
                    + " in the server's settings.")
            .option(
                "--from",
                "s3://BUCKET/PREFIX",
                "With a name: the bucket there, and what stands before its keys; else BUCKET.")
            .option("--endpoint", "URL", "The store. Default: that of AWS in the region.")
            .option("--region", "REGION", "Its region. Default: us-east-1.")
            .option(
                "--credentials",
                "NAME",
                "Keys in the server's settings. Default: those of the server's process.")
            .option("--write", "MODE", "What a write leaves here: through or around.")
            .option(
                "--freshness",
                "MODE",
                "When the origin is asked again: ttl=60s, revalidate or exclusive.")
            .flag("--cached", "Keeps blocks of a directory in the near-cache, too.")
            .example(
                "tarn bucket link photos --origin s3://photos/2026/ --endpoint http://far:9000")
            .example("tarn bucket link tree --origin file:/srv/tree")
            .example("tarn bucket link photos --origin far --from s3://photos/2026/"));
  }

  private static ExitCode run(Invocation invocation) {
    String bucket = invocation.word(0);
    String origin = invocation.option("--origin");
    if (origin.isEmpty()) {
      throw CommandFailure.usage(
          "say which origin: --origin s3://BUCKET/PREFIX, file:DIRECTORY, or a name of the server's"
              + " settings");
    }
    boolean own = origin.startsWith(S3) || origin.startsWith(FILE);
    ObjectNode body = own ? own(invocation, origin) : named(invocation, origin);
    body.put("tenant", invocation.option("--tenant"));
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer =
          admin.put("/buckets" + SignedHttp.path(bucket, "link"), AdminClient.bytes(body));
      return invocation.answer(
          answer,
          () ->
              invocation
                  .terminal()
                  .print(
                      "linked bucket %s to %s"
                          .formatted(
                              bucket, own ? origin : BucketVerbs.home(answer.path("home")))));
    }
  }

  private static ObjectNode named(Invocation invocation, String origin) {
    for (String option :
        new String[] {
          "--endpoint", "--region", "--credentials", "--write", "--freshness", "--cached"
        }) {
      if (invocation.flag(option)) {
        throw CommandFailure.usage(
            "%s is for an origin that is said here; of %s the server's settings say it (origins.%s)"
                .formatted(option, origin, origin));
      }
    }
    ObjectNode body = AdminClient.object().put("origin", origin);
    String from = invocation.option("--from");
    if (from.isEmpty()) return body;
    if (from.startsWith(S3)) return there(body, from);
    if (from.startsWith(FILE)) return body.put("bucket", from.substring(FILE.length()));
    throw CommandFailure.usage("--from is s3://BUCKET or s3://BUCKET/PREFIX");
  }

  /// The bucket and the prefix of `s3://BUCKET/PREFIX`.
  private static ObjectNode there(ObjectNode body, String text) {
    String[] there = text.substring(S3.length()).split("/", 2);
    if (there[0].isEmpty()) {
      throw CommandFailure.usage(
          "%s names no bucket: s3://BUCKET or s3://BUCKET/PREFIX".formatted(text));
    }
    return body.put("bucket", there[0]).put("prefix", there.length > 1 ? there[1] : "");
  }

  private static ObjectNode own(Invocation invocation, String origin) {
    if (invocation.flag("--from")) {
      throw CommandFailure.usage(
          "--from is for an origin of the server's settings; say it in --origin");
    }
    ObjectNode body = AdminClient.object().put("credentials", invocation.option("--credentials"));
    ObjectNode settings = body.putObject("settings");
    if (origin.startsWith(S3)) {
      there(body, origin);
      s3(invocation, settings);
    } else {
      directory(invocation, settings, origin.substring(FILE.length()));
    }
    String write = invocation.option("--write");
    if (!write.isEmpty()) settings.put("cache.writes", write.toLowerCase(Locale.ROOT));
    freshness(invocation.option("--freshness"), settings);
    return body;
  }

  private static void s3(Invocation invocation, ObjectNode settings) {
    if (invocation.flag("--cached")) {
      throw CommandFailure.usage("--cached is for a directory; a bucket of S3 always is");
    }
    String region = invocation.option("--region");
    String endpoint = invocation.option("--endpoint");
    if (region.isEmpty()) region = "us-east-1";
    if (endpoint.isEmpty()) endpoint = "https://s3.%s.amazonaws.com".formatted(region);
    settings.put("s3.endpoint", endpoint).put("s3.region", region);
  }

  private static void directory(Invocation invocation, ObjectNode settings, String directory) {
    for (String option : new String[] {"--endpoint", "--region", "--credentials"}) {
      if (invocation.flag(option)) {
        throw CommandFailure.usage(option + " is for a bucket of S3, and a directory has none");
      }
    }
    if (!directory.startsWith("/")) {
      throw CommandFailure.usage(
          "file:%s is no absolute path; write file:/DIRECTORY, of the server's machine"
              .formatted(directory));
    }
    // file:///srv, as URLs have it.
    settings.put("tree.directory", directory.replaceFirst("^///", "/"));
    if (invocation.flag("--cached")) settings.put("tree.cached", "true");
  }

  /// `ttl=60s`, or one word.
  private static void freshness(String text, ObjectNode settings) {
    if (text.isEmpty()) return;
    int equals = text.indexOf('=');
    String mode = equals < 0 ? text : text.substring(0, equals);
    settings.put("cache.freshness", mode);
    if (equals < 0) return;
    if (!mode.equals("ttl")) {
      throw CommandFailure.usage("only ttl has a time: --freshness ttl=60s, not " + text);
    }
    settings.put("cache.ttl", text.substring(equals + 1));
  }
}
