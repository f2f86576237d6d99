package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaStore;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes over one metadata store: what is changed through one, the other soon goes by. The
/// clock by which memory grows old stands still unless a test moves it.
class SharedMetadataTest {
  private static final String ROOT = "rootrootroot";
  private static final String SECRET = "secretsecretsecret";
  private static final byte[] NOTHING = {};

  /// Longer than a change takes to get about, on a machine that has other things to do.
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final Duration AGE = Duration.ofSeconds(60);

  private static final String READ_BOX =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",
       "Resource":"arn:aws:s3:::%s/*"}]}\
      """;
  private static final String OPEN =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
       "Action":"s3:GetObject","Resource":"arn:aws:s3:::open/*"}]}\
      """;

  @TempDir Path directory;
  private final AtomicLong nanos = new AtomicLong();
  private final List<Assembly> nodes = new ArrayList<>();

  private void start(MetaStore shared) throws IOException {
    nodes.add(node(shared, 1));
    nodes.add(node(shared, 2));
  }

  private Assembly node(MetaStore shared, int number) throws IOException {
    TarnConfig config =
        Configuration.read(
                Map.of(
                    "TARN_ROOT_USER",
                    ROOT,
                    "TARN_ROOT_PASSWORD",
                    SECRET,
                    "TARN_CATALOG_MASTER_KEY",
                    "0123456789abcdef".repeat(4)),
                List.of(
                    "--volumes=" + data(number),
                    "--http.listen=127.0.0.1:" + WarmUp.freePort(),
                    "--console-address=127.0.0.1:" + WarmUp.freePort(),
                    "--catalog.cache-for=60s",
                    "--drain=1s"))
            .value();
    var time = new Clocks(InstantSource.system(), nanos::get);
    return Assembly.start(config, () -> "", time, new NodeMembership(number, (_, _) -> shared));
  }

  /// Where things are changed.
  private Assembly one() {
    return nodes.getFirst();
  }

  private Assembly other() {
    return nodes.getLast();
  }

  private Path data(int number) {
    return directory.resolve("node" + number);
  }

  @AfterEach
  void stop() {
    for (Assembly node : nodes.reversed()) node.close();
  }

  private void ok(String... words) {
    Shell.Ran ran = new Shell(Map.of("TARN_VOLUMES", data(1).toString())).run(words);
    assertThat(ran.exit()).as(ran.err() + ran.out()).isEqualTo(ExitCode.OK);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("text-" + text.hashCode()), text);
  }

  private static int ask(
      Assembly node, SignedHttp.Pass pass, String method, String target, byte[] body) {
    try (var http = new SignedHttp("http://127.0.0.1:" + node.s3Port(), pass, null)) {
      return http.send(method, target, body).status();
    }
  }

  private static SignedHttp.Pass keys(String accessKey) {
    String secret = accessKey.equals(ROOT) ? SECRET : accessKey + "-secret";
    return new SignedHttp.Pass.Keys(
        new RequestSigner(accessKey, new SecretKey(secret, 0), "us-east-1"));
  }

  private void change(String method, String target, String body) {
    int status = ask(one(), keys(ROOT), method, target, body.getBytes(StandardCharsets.UTF_8));
    assertThat(status).as(method + " " + target).isBetween(200, 204);
  }

  private void user(String name) throws IOException {
    String key = "AK" + name;
    ok("user", "create", name, "--no-key");
    ok("policy", "set", "box-" + name, file(READ_BOX.formatted("box")).toString());
    ok("policy", "attach", "box-" + name, name);
    String secret = file(key + "-secret").toString();
    ok("key", "create", name, "--access-key", key, "--secret-key-file", secret);
  }

  /// Something the other node lets through, as long as nobody changes anything.
  private record Question(SignedHttp.Pass pass, String method, String target) {
    int asked(Assembly node) {
      return ask(node, pass, method, target, NOTHING);
    }
  }

  private final Question byKey = new Question(keys("AKanna"), "GET", "/box/key");
  private final Question byPolicy = new Question(keys("AKbert"), "GET", "/box/key");
  private final Question byAnybody =
      new Question(new SignedHttp.Pass.Nothing(), "GET", "/open/key");
  private final Question ofBucket = new Question(keys(ROOT), "HEAD", "/short");

  private void prepare() throws IOException {
    for (String bucket : List.of("/box", "/open", "/short")) change("PUT", bucket, "");
    for (String key : List.of("/box/key", "/open/key")) change("PUT", key, "small");
    change("PUT", "/open?policy", OPEN);
    user("anna");
    user("bert");
    for (Question question : List.of(byKey, byPolicy, byAnybody, ofBucket)) {
      until(question, 200, "before anything changes");
    }
  }

  private void changeAll() throws IOException {
    ok("key", "rm", "AKanna");
    ok("policy", "set", "box-bert", file(READ_BOX.formatted("another")).toString());
    change("DELETE", "/open?policy", "");
    change("DELETE", "/short", "");
  }

  private void until(Question question, int status, String when) {
    long end = System.nanoTime() + SOON.toNanos();
    int got = question.asked(other());
    while (got != status && System.nanoTime() < end) {
      LockSupport.parkNanos(20_000_000);
      got = question.asked(other());
    }
    assertThat(got).as(question.target + " " + when).isEqualTo(status);
  }

  @Test
  void what_is_taken_back_on_one_node_is_soon_refused_on_the_other() throws Exception {
    start(new MemoryMetaStore());
    prepare();
    changeAll();
    until(byKey, 403, "with a key that is revoked");
    until(byPolicy, 403, "of a user whose policy is another");
    until(byAnybody, 403, "of a bucket without its policy");
    until(ofBucket, 404, "of a bucket that is deleted");
    user("carl");
    until(new Question(keys("AKcarl"), "GET", "/box/key"), 200, "with a key that is new");
  }

  @Test
  void where_nothing_is_heard_what_was_taken_back_grows_old() throws Exception {
    start(MemoryMetaStore.withoutFeed());
    prepare();
    changeAll();
    nanos.addAndGet(AGE.minusSeconds(1).toNanos());
    for (Question question : List.of(byKey, byPolicy, byAnybody, ofBucket)) {
      assertThat(question.asked(other())).as(question.target() + " from memory").isEqualTo(200);
    }
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(byKey.asked(other())).isEqualTo(403);
    assertThat(byPolicy.asked(other())).isEqualTo(403);
    assertThat(byAnybody.asked(other())).isEqualTo(403);
    assertThat(ofBucket.asked(other())).isEqualTo(404);
    for (Question question : List.of(byKey, byPolicy, byAnybody)) {
      assertThat(question.asked(one())).as("on the node itself").isEqualTo(403);
    }
  }
}
