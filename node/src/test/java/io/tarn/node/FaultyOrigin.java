package io.tarn.node;

import io.tarn.cache.QueueStatus;
import io.tarn.console.LinkRequest;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.testkit.FaultProxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Two servers in this process, the buckets of one linked to those of the other, and between them a
/// proxy that lets requests go wrong. The linked buckets are called as the freshness that they
/// have.
final class FaultyOrigin implements AutoCloseable {
  static final String EXCLUSIVE = "exclusive";
  static final String REVALIDATED = "revalidated";

  /// Requests to each of the two origins at a time.
  static final int PLACES = 6;

  /// How long a client waits at most.
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String NEAR_KEY = "nearnearnear";
  private static final String NEAR_SECRET = "nearsecretnearsecret";
  private static final String FAR_KEY = "farfarfarfar";
  private static final String FAR_SECRET = "farsecretfarsecret";

  final FaultProxy proxy;
  private final Assembly far;
  private final SignedHttp toFar;
  private final Path directory;
  private final List<String> flags;
  private Assembly near;
  private SignedHttp toNear;

  /// What became of a request.
  ///
  /// - `status`: 0 where there was no answer, or no whole one
  /// - `type`: whether it was said to be a hit
  record Outcome(int status, byte[] body, String cache, Duration took) {
    boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /// What stands in an element of the document that it has; empty where there is none.
    String element(String name) {
      Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(text());
      return found.find() ? found.group(1).replace("&quot;", "\"") : "";
    }
  }

  /// `further`: settings of the server with the linked buckets.
  FaultyOrigin(Path directory, String... further) throws IOException {
    int port = WarmUp.freePort();
    far =
        start(
            directory.resolve("far"),
            port,
            Map.of("MINIO_ROOT_USER", FAR_KEY, "MINIO_ROOT_PASSWORD", FAR_SECRET),
            List.of("--index.smallest-part=1024"));
    toFar = client(port, FAR_KEY, FAR_SECRET);
    proxy = FaultProxy.before(URI.create("http://127.0.0.1:" + port));
    var flags = new ArrayList<String>(List.of("--cache.block=64KiB", "--cache.patience=3s"));
    for (String name : List.of(EXCLUSIVE, REVALIDATED)) {
      String origin = "--origins." + name;
      flags.addAll(
          List.of(
              origin + ".s3.endpoint=" + proxy.address(),
              origin + ".s3.access-key=" + FAR_KEY,
              origin + ".s3.max-requests=" + PLACES,
              origin + ".s3.turn=500ms",
              origin + ".s3.connect=1s",
              origin + ".s3.silence=1s",
              origin + ".s3.breaker.pause=50ms",
              origin + ".cache.absent=1h"));
    }
    flags.add("--origins.exclusive.cache.freshness=exclusive");
    flags.add("--origins.revalidated.cache.freshness=revalidate");
    flags.addAll(List.of(further));
    this.directory = directory;
    this.flags = List.copyOf(flags);
    open(flags);
    for (String name : List.of(EXCLUSIVE, REVALIDATED)) {
      far("PUT", "/" + name, new byte[0]);
      near.link(new BucketName(name), LinkRequest.to(name, name, ""));
    }
  }

  private void open(List<String> flags) throws IOException {
    int port = WarmUp.freePort();
    near =
        start(
            directory.resolve("near"),
            port,
            Map.of(
                "MINIO_ROOT_USER", NEAR_KEY,
                "MINIO_ROOT_PASSWORD", NEAR_SECRET,
                "TARN_ORIGINS_EXCLUSIVE_S3_SECRET_KEY", FAR_SECRET,
                "TARN_ORIGINS_REVALIDATED_S3_SECRET_KEY", FAR_SECRET),
            flags);
    toNear = client(port, NEAR_KEY, NEAR_SECRET);
  }

  /// Ends the server with the linked buckets, and starts it again; `other` settings take the place
  /// of those it had.
  void restart(String... other) throws IOException {
    toNear.close();
    near.close();
    var now = new ArrayList<String>(flags);
    for (String flag : other) {
      now.removeIf(old -> old.startsWith(flag.substring(0, flag.indexOf('=') + 1)));
    }
    now.addAll(List.of(other));
    open(now);
  }

  void link(BucketName name, LinkRequest wanted) {
    near.link(name, wanted);
  }

  private static Assembly start(
      Path directory, int port, Map<String, String> environment, List<String> further)
      throws IOException {
    var flags =
        new ArrayList<>(
            List.of(
                "--volumes=" + directory,
                "--address=127.0.0.1:" + port,
                "--console-address=127.0.0.1:" + WarmUp.freePort(),
                "--drain=1s"));
    flags.addAll(further);
    return Assembly.start(Configuration.read(environment, flags).value());
  }

  private static SignedHttp client(int port, String key, String secret) {
    var signer = new RequestSigner(key, new SecretKey(secret, 1), "us-east-1");
    return new SignedHttp("http://127.0.0.1:" + port, new SignedHttp.Pass.Keys(signer), null);
  }

  private static Outcome send(
      SignedHttp client, String method, String target, byte[] body, String... headers) {
    long began = System.nanoTime();
    try {
      SignedHttp.Reply reply = client.send(method, target, body, headers);
      return new Outcome(reply.status(), reply.body(), reply.header("x-tarn-cache"), since(began));
    } catch (CommandFailure broken) {
      return new Outcome(0, new byte[0], "", since(began));
    }
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /// Asks the server with the linked buckets.
  Outcome near(String method, String target, byte[] body, String... headers) {
    return send(toNear, method, target, body, headers);
  }

  Outcome get(String target, String... headers) {
    return near("GET", target, new byte[0], headers);
  }

  /// Asks the origin itself, past the proxy.
  Outcome far(String method, String target, byte[] body, String... headers) {
    return send(toFar, method, target, body, headers);
  }

  Outcome there(String target) {
    return far("GET", target, new byte[0]);
  }

  /// Everything goes well from now on, and the server with the linked buckets has found it out.
  void heal() throws IOException {
    proxy.rules();
    proxy.admit();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!near.origins().absences().isEmpty()) {
      if (System.nanoTime() > end) throw new IllegalStateException("it is still taken for away");
      LockSupport.parkNanos(10_000_000);
    }
  }

  /// What of a linked bucket is acknowledged and not at its origin.
  QueueStatus queued(String bucket) {
    return near.origins().queued(bucket(bucket)).orElseThrow();
  }

  /// The same, after the origin has had the time to take it.
  QueueStatus synced(String bucket) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      // What is refused ends a wait, and is tried again by the next one.
      QueueStatus left =
          near.origins().sync(bucket(bucket), 0, Duration.ofSeconds(1)).orElseThrow();
      if (left.writes() == 0 || System.nanoTime() > end) return left;
      LockSupport.parkNanos(10_000_000);
    }
  }

  private Bucket bucket(String name) {
    return near.buckets().find(new BucketName(name)).orElseThrow();
  }

  /// Whether a text has anything in it that is a secret of the origin's, or says where it is.
  boolean isTelltale(String text) {
    return text.contains(FAR_SECRET)
        || text.contains(FAR_KEY)
        || text.contains("Signature=")
        || text.contains(proxy.address().getAuthority());
  }

  /// A metric of the server with the linked buckets.
  double metric(String name) throws IOException {
    URI metrics = URI.create("http://127.0.0.1:" + near.adminPort() + "/metrics");
    try (InputStream in = metrics.toURL().openStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.split("\n", -1)) {
        if (line.startsWith(name + " ")) return Double.parseDouble(line.substring(name.length()));
      }
    }
    throw new IllegalArgumentException("no metric " + name);
  }

  @Override
  public void close() throws IOException {
    toNear.close();
    toFar.close();
    near.close();
    proxy.close();
    far.close();
  }
}
