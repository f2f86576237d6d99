package io.tarn.node;

import io.tarn.console.LinkRequest;
import io.tarn.settings.InvalidSettings;
import io.tarn.settings.Loaded;
import io.tarn.store.BucketName;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `tarn cache s3://BUCKET[/PREFIX]`: serves one bucket of another store under its own name, and
/// keeps what is read of it on this machine. The origin is that of the AWS variables; everything
/// else that a server can be told comes from the TARN_ variables and the file.
final class CacheVerb {
  private static final String SCHEME = "s3://";

  /// What the origin is called in the settings.
  private static final String ORIGIN = "origin";

  private static final int LONGEST_KEYS = 16 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(CacheVerb.class);

  private CacheVerb() {}

  static Command command() {
    return Command.of(
            "cache",
            "Serves a bucket of another S3 store and keeps what is read of it here. Its keys are"
                + " looked for where other tools do: the AWS_ variables, a web identity, the shared"
                + " files of AWS, a container, an instance of EC2. Clients of the cache use the"
                + " keys that it prints, or those of TARN_ROOT_USER and TARN_ROOT_PASSWORD.",
            CacheVerb::run)
        .optionalWord("s3://BUCKET[/PREFIX]", "The bucket, and what stands before its keys.")
        .option("--endpoint", "URL", "The store. Default: that of AWS in the region.")
        .option(
            "--region", "REGION", "Its region. Default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1.")
        .option(
            "--origin-access-key-file",
            "FILE",
            "Its keys, a line each: access key, secret, and the session token if there is one.")
        .option("--size", "SIZE", "Most bytes kept. Default: 10G.")
        .option("--listen", "ADDRESS", "Where clients are served. Default: 127.0.0.1:9000.")
        .option("--console-address", "ADDRESS", "The admin API. Default: 127.0.0.1:9001.")
        .option("--dir", "DIR", "Where all of it is kept. Default: tarn-cache.")
        .flag(
            "--stateless",
            "Keep nothing here: users, keys and policies are objects below .tarn/ of the bucket, so"
                + " that any number of these servers are one; objects are not cached.")
        .example("tarn cache s3://photos --endpoint http://127.0.0.1:9000 --listen 127.0.0.1:9100")
        .with(CacheVerbs.all());
  }

  private static ExitCode run(Invocation invocation) {
    return new ServerCommand(invocation.terminal())
        .run(
            () -> settings(invocation),
            node -> link(invocation, node),
            "s3 ls " + invocation.word(0).replaceFirst("(s3://[^/]*).*", "$1"));
  }

  /// The settings of a server that has this origin.
  ///
  /// @throws InvalidSettings when there is a setting that cannot be
  static Loaded<TarnConfig> settings(Invocation invocation) {
    Link link = Link.of(invocation.word(0));
    Terminal terminal = invocation.terminal();
    String region =
        firstOf(
            invocation.option("--region"),
            terminal.variable("AWS_REGION"),
            terminal.variable("AWS_DEFAULT_REGION"),
            "us-east-1");
    String endpoint =
        firstOf(invocation.option("--endpoint"), "https://s3.%s.amazonaws.com".formatted(region));
    var flags = new ArrayList<String>();
    if (invocation.flag("--stateless")) {
      flags.add("--stateless=" + stateless(invocation, link));
    } else {
      flags.add("--volumes=" + firstOf(invocation.option("--dir"), "tarn-cache"));
    }
    flags.add("--address=" + firstOf(invocation.option("--listen"), "127.0.0.1:9000"));
    if (invocation.flag("--console-address")) {
      flags.add("--console-address=" + invocation.option("--console-address"));
    }
    if (invocation.flag("--size")) flags.add("--cache.size=" + invocation.option("--size"));
    flags.add(origin("endpoint") + endpoint);
    flags.add(origin("region") + region);
    Map<String, String> environment = new HashMap<>(terminal.environment());
    if (invocation.flag("--origin-access-key-file")) {
      keys(invocation.option("--origin-access-key-file"), flags, environment);
    }
    return Configuration.read(environment, flags);
  }

  private static String stateless(Invocation invocation, Link link) {
    for (String other : List.of("--dir", "--size")) {
      if (!invocation.flag(other)) continue;
      throw CommandFailure.usage(
          "with --stateless nothing is kept here, so there is no %s; leave one of them out"
              .formatted(other));
    }
    return "%s:%s/%s".formatted(ORIGIN, link.bucket, link.prefix);
  }

  private static String origin(String setting) {
    return "--origins." + ORIGIN + ".s3." + setting + "=";
  }

  /// The secrets not as flags, which others on the machine can read.
  private static void keys(String file, List<String> flags, Map<String, String> environment) {
    List<String> lines = lines(Path.of(file));
    if (lines.size() < 2 || lines.size() > 3 || lines.stream().anyMatch(String::isEmpty)) {
      throw CommandFailure.usage(
          "%s must have two lines, an access key and its secret, and a third with the session token of temporary keys"
              .formatted(file));
    }
    flags.add(origin("access-key") + lines.get(0));
    environment.put("TARN_ORIGINS_ORIGIN_S3_SECRET_KEY", lines.get(1));
    if (lines.size() == 3) environment.put("TARN_ORIGINS_ORIGIN_S3_SESSION_TOKEN", lines.get(2));
  }

  private static List<String> lines(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(LONGEST_KEYS), StandardCharsets.UTF_8);
      return text.strip().lines().map(String::strip).toList();
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot read %s (%s)".formatted(file, e.getClass().getSimpleName()));
    }
  }

  private static String firstOf(String... texts) {
    return List.of(texts).stream().filter(text -> !text.isEmpty()).findFirst().orElse("");
  }

  /// Makes the bucket, unless it is there already.
  static void link(Invocation invocation, Assembly node) {
    awaitKeys(node);
    Link link = Link.of(invocation.word(0));
    node.link(link.bucket, LinkRequest.to(ORIGIN, link.bucket.text(), link.prefix));
  }

  /// So that the banner can say what they are. What is here is served without them.
  private static void awaitKeys(Assembly node) {
    try {
      node.origins().awaitKeys();
    } catch (StoreFailure e) {
      LOG.warn("requests to the origin will fail for now: {}", e.getMessage());
    }
  }

  /// A bucket there, and what stands before its keys.
  private record Link(BucketName bucket, String prefix) {
    static Link of(String word) {
      String path = word.startsWith(SCHEME) ? word.substring(SCHEME.length()) : "";
      int slash = path.indexOf('/');
      String bucket = slash < 0 ? path : path.substring(0, slash);
      if (!BucketName.valid(bucket)) {
        throw CommandFailure.usage(
            "say which bucket to serve: s3://BUCKET or s3://BUCKET/PREFIX, not " + word);
      }
      return new Link(new BucketName(bucket), slash < 0 ? "" : path.substring(slash + 1));
    }
  }
}
