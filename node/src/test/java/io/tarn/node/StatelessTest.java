package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.catalog.RootCredentials;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.store.StoreFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Servers without files over one bucket of another server, as `tarn cache --stateless` starts
/// them.
@Timeout(120)
class StatelessTest {
  private static final String ROOT = "rootrootroot";
  private static final String SECRET = "secretsecretsecret";
  private static final byte[] NOTHING = {};
  private static final String READ =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],
       "Resource":["arn:aws:s3:::photos","arn:aws:s3:::photos/*"]}]}\
      """;

  @TempDir Path directory;
  private Assembly far;
  private int farPort;
  private final List<Assembly> nodes = new ArrayList<>();

  @BeforeEach
  void startOrigin() throws IOException {
    farPort = WarmUp.freePort();
    far = startFar();
    assertThat(send(far, root(), "PUT", "/photos", NOTHING).status()).isEqualTo(200);
  }

  private Assembly startFar() throws IOException {
    return Assembly.start(
        Configuration.read(
                Map.of("TARN_ROOT_USER", ROOT, "TARN_ROOT_PASSWORD", SECRET),
                List.of(
                    "--volumes=" + directory.resolve("far"),
                    "--address=127.0.0.1:" + farPort,
                    "--console-address=127.0.0.1:" + WarmUp.freePort(),
                    "--drain=1s"))
            .value());
  }

  @AfterEach
  void stop() {
    for (Assembly node : nodes.reversed()) node.close();
    far.close();
  }

  private Assembly start(Map<String, String> environment, String... words) throws IOException {
    var all = new HashMap<>(environment);
    all.put("AWS_ACCESS_KEY_ID", ROOT);
    all.put("AWS_SECRET_ACCESS_KEY", SECRET);
    all.put("TARN_ORIGINS_ORIGIN_S3_SILENCE", "2s");
    var out = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var terminal = new Terminal(new ByteArrayInputStream(NOTHING), out, out, all);
    var command = new ArrayList<>(command(WarmUp.freePort(), WarmUp.freePort()));
    command.addAll(List.of(words));
    var invocation =
        new Invocation(
            terminal,
            CommandTree.of(terminal).parseArgs(command.toArray(String[]::new)).subcommand());
    Assembly node = Assembly.start(CacheVerb.settings(invocation).value(), () -> "", all);
    nodes.add(node);
    CacheVerb.link(invocation, node);
    return node;
  }

  private List<String> command(int port, int adminPort) {
    return List.of(
        "cache",
        "s3://photos",
        "--endpoint",
        "http://127.0.0.1:" + farPort,
        "--stateless",
        "--listen",
        "127.0.0.1:" + port,
        "--console-address",
        "127.0.0.1:" + adminPort);
  }

  private Assembly start() throws IOException {
    return start(Map.of());
  }

  private record Keys(String accessKey, String secret) {}

  private static Keys root() {
    return new Keys(ROOT, SECRET);
  }

  private static Keys rootOf(Assembly node) {
    return new Keys(node.root().pair().accessKey(), node.root().pair().secret().reveal());
  }

  private static SignedHttp.Reply send(
      Assembly node, Keys keys, String method, String target, byte[] body) {
    return send(node.s3Port(), keys, method, target, body);
  }

  private static SignedHttp.Reply send(
      int port, Keys keys, String method, String target, byte[] body) {
    var signer = new RequestSigner(keys.accessKey, new SecretKey(keys.secret, 1), "us-east-1");
    String url = "http://127.0.0.1:" + port;
    try (var http = new SignedHttp(url, new SignedHttp.Pass.Keys(signer), null)) {
      return http.send(method, target, body);
    }
  }

  private static Shell shell(int adminPort, Keys keys) {
    return new Shell(
        Map.of(
            "TARN_ADMIN", "http://127.0.0.1:" + adminPort,
            "TARN_ACCESS_KEY", keys.accessKey,
            "TARN_SECRET_KEY", keys.secret));
  }

  private static Shell.Ran admin(Assembly node, String... words) {
    Shell.Ran ran = shell(node.adminPort(), rootOf(node)).run(words);
    assertThat(ran.exit()).as(ran.err() + ran.out()).isEqualTo(ExitCode.OK);
    return ran;
  }

  private Keys alice(Assembly node) throws IOException {
    Path policy = Files.writeString(directory.resolve("policy.json"), READ);
    admin(node, "policy", "set", "reader", policy.toString());
    Shell.Ran made = admin(node, "user", "create", "alice", "--policy", "reader", "--json");
    return new Keys(
        made.json().findValue("accessKey").asString(""),
        made.json().findValue("secretKey").asString(""));
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new SplittableRandom(count).nextBytes(bytes);
    return bytes;
  }

  private interface Look {
    boolean isTrue();
  }

  /// How long it took.
  private static Duration until(Look look) throws InterruptedException {
    Instant began = Instant.now();
    while (!look.isTrue()) {
      assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(30));
      Thread.sleep(20);
    }
    return Duration.between(began, Instant.now());
  }

  @Test
  void what_is_written_through_one_is_a_plain_object_of_the_origin_and_read_through_another()
      throws IOException {
    Assembly one = start();
    Assembly two = start();
    assertThat(one.root().origin()).isEqualTo(RootCredentials.Origin.GENERATED);
    assertThat(two.root().origin()).isEqualTo(RootCredentials.Origin.STORED);
    assertThat(rootOf(two)).isEqualTo(rootOf(one));
    Keys keys = rootOf(one);
    assertThat(send(one, keys, "PUT", "/photos/2026/a", bytes(3_000_000)).status()).isEqualTo(200);
    assertThat(send(two, keys, "GET", "/photos/2026/a", NOTHING).body())
        .isEqualTo(bytes(3_000_000));
    assertThat(send(far, root(), "GET", "/photos/2026/a", NOTHING).body())
        .isEqualTo(bytes(3_000_000));
    assertThat(send(two, keys, "DELETE", "/photos/2026/a", NOTHING).status()).isEqualTo(204);
    assertThat(send(one, keys, "GET", "/photos/2026/a", NOTHING).status()).isEqualTo(404);
  }

  @Test
  void users_keys_and_policies_of_one_are_those_of_another_and_of_whoever_comes_later()
      throws Exception {
    Assembly one = start();
    Assembly two = start();
    Keys alice = alice(one);
    assertThat(send(one, rootOf(one), "PUT", "/photos/a", bytes(10)).status()).isEqualTo(200);
    assertThat(send(one, alice, "GET", "/photos/a", NOTHING).status()).isEqualTo(200);
    Duration known = until(() -> send(two, alice, "GET", "/photos/a", NOTHING).status() == 200);
    assertThat(known)
        .as("poll is a second, and unknown keys are remembered for two")
        .isLessThan(Duration.ofSeconds(6));
    assertThat(send(two, alice, "PUT", "/photos/a", bytes(11)).status()).isEqualTo(403);

    for (Assembly node : nodes.reversed()) node.close();
    nodes.clear();
    Assembly three = start();
    assertThat(send(three, alice, "GET", "/photos/a", NOTHING).body()).isEqualTo(bytes(10));
    assertThat(send(three, alice, "DELETE", "/photos/a", NOTHING).status()).isEqualTo(403);
  }

  @Test
  void a_key_that_was_revoked_through_one_is_refused_by_another_within_the_stated_time()
      throws Exception {
    Assembly one = start();
    Assembly two = start();
    Keys alice = alice(one);
    assertThat(send(one, rootOf(one), "PUT", "/photos/a", bytes(10)).status()).isEqualTo(200);
    until(() -> send(two, alice, "GET", "/photos/a", NOTHING).status() == 200);
    admin(one, "key", "rm", alice.accessKey);
    assertThat(send(one, alice, "GET", "/photos/a", NOTHING).status()).isEqualTo(403);
    Duration took = until(() -> send(two, alice, "GET", "/photos/a", NOTHING).status() == 403);
    assertThat(took).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void where_the_origin_does_not_answer_nobody_is_let_in_by_what_is_old() throws Exception {
    Assembly one = start(Map.of("TARN_IMAGE_POLL", "100ms", "TARN_IMAGE_STALE", "1s"));
    Keys alice = alice(one);
    assertThat(send(one, rootOf(one), "PUT", "/photos/a", bytes(10)).status()).isEqualTo(200);
    assertThat(send(one, alice, "GET", "/photos/a", NOTHING).status()).isEqualTo(200);
    far.close();
    Instant began = Instant.now();
    until(() -> send(one, alice, "PUT", "/photos/a", NOTHING).status() == 503);
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(15));
    far = startFar();
    until(() -> send(one, alice, "GET", "/photos/a", NOTHING).status() == 200);
  }

  @Test
  void what_is_tarns_own_at_the_origin_is_neither_shown_nor_touched() throws IOException {
    Assembly one = start();
    Keys keys = rootOf(one);
    assertThat(send(one, keys, "PUT", "/photos/a", bytes(10)).status()).isEqualTo(200);
    assertThat(send(far, root(), "GET", "/photos?list-type=2", NOTHING).text())
        .contains("<Key>.tarn/catalog</Key>", "<Key>.tarn/master.key</Key>")
        .doesNotContain("probe");
    assertThat(send(one, keys, "GET", "/photos?list-type=2", NOTHING).text())
        .contains("<Key>a</Key>")
        .doesNotContain(".tarn");
    assertThat(send(one, keys, "GET", "/photos?list-type=2&delimiter=%2F", NOTHING).text())
        .doesNotContain(".tarn");
    for (String method : List.of("GET", "PUT", "DELETE", "HEAD")) {
      assertThat(send(one, keys, method, "/photos/.tarn/catalog", NOTHING).status())
          .as(method)
          .isEqualTo(403);
    }
    String secret = send(far, root(), "GET", "/photos/.tarn/catalog", NOTHING).text();
    assertThat(secret).doesNotContain(keys.secret);
  }

  @Test
  void no_file_is_made() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    Assembly one = start(Map.of("TARN_VOLUMES", home.toString()));
    assertThat(send(one, rootOf(one), "PUT", "/photos/a", bytes(3_000_000)).status())
        .isEqualTo(200);
    assertThat(send(one, rootOf(one), "GET", "/photos/a", NOTHING).body())
        .isEqualTo(bytes(3_000_000));
    one.close();
    nodes.remove(one);
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files).containsExactly(home);
    }
    assertThat(Path.of("tarn-cache")).doesNotExist();
    assertThat(Path.of("data")).doesNotExist();
  }

  @Test
  void a_bucket_of_its_own_cannot_be_made() throws IOException {
    Assembly one = start();
    SignedHttp.Reply refused = send(one, rootOf(one), "PUT", "/another", NOTHING);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("keeps no objects of its own");
    assertThat(admin(one, "status").out()).contains("origin").contains("photos");
  }

  @Test
  void a_master_key_of_the_settings_is_kept_nowhere_and_without_it_nobody_starts()
      throws IOException {
    String key = "0123456789abcdef".repeat(4);
    Assembly one = start(Map.of("TARN_CATALOG_MASTER_KEY", key));
    assertThat(send(far, root(), "GET", "/photos?list-type=2", NOTHING).text())
        .contains(".tarn/catalog")
        .doesNotContain("master.key");
    assertThatThrownBy(this::start)
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("master.key");
    Assembly two = start(Map.of("TARN_CATALOG_MASTER_KEY", key));
    assertThat(rootOf(two)).isEqualTo(rootOf(one));
  }

  @Test
  void places_for_files_are_refused_beside_it() {
    assertThatThrownBy(() -> start(Map.of(), "--dir", "x")).hasMessageContaining("--dir");
    assertThatThrownBy(() -> start(Map.of(), "--size", "1G")).hasMessageContaining("--size");
  }

  /// A process of its own, with the keys of the origin as its root's, so that it can be killed as a
  /// machine would kill it.
  private Process process(Path home, int port, int adminPort) throws IOException {
    var words =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Duser.home=" + home,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "io.tarn.node.Main"));
    words.addAll(command(port, adminPort));
    var builder = new ProcessBuilder(words);
    builder.directory(home.toFile()).redirectErrorStream(true);
    builder.redirectOutput(directory.resolve("log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ACCESS_KEY_ID", ROOT,
                "AWS_SECRET_ACCESS_KEY", SECRET,
                "TARN_ROOT_USER", ROOT,
                "TARN_ROOT_PASSWORD", SECRET));
    return builder.start();
  }

  /// Makes users and objects, one after the other, until nobody answers. Answers how many of either
  /// were acknowledged.
  private static int write(int port, int adminPort, int from) {
    Shell shell = shell(adminPort, root());
    for (int done = from; ; done++) {
      Shell.Ran made = shell.run("user", "create", "u" + done, "--policy", "reader", "--json");
      if (made.exit() != ExitCode.OK) return done;
      try {
        byte[] secret = made.out().getBytes(StandardCharsets.UTF_8);
        int status = send(port, root(), "PUT", "/photos/u" + done, secret).status();
        if (status != 200) return done;
      } catch (RuntimeException e) {
        return done; // it was killed
      }
    }
  }

  @Test
  void a_server_that_is_killed_while_it_writes_is_replaced_by_any_other_and_leaves_no_file()
      throws Exception {
    Path home = Files.createDirectory(directory.resolve("killed"));
    int made = 0;
    for (int round = 0; round < 3; round++) {
      int port = WarmUp.freePort();
      int adminPort = WarmUp.freePort();
      Process process = process(home, port, adminPort);
      try (ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
        until(() -> shell(adminPort, root()).run("status").exit() == ExitCode.OK);
        if (round == 0) {
          Path policy = Files.writeString(directory.resolve("policy.json"), READ);
          assertThat(
                  shell(adminPort, root()).run("policy", "set", "reader", policy.toString()).exit())
              .isEqualTo(ExitCode.OK);
        }
        int from = made;
        Future<Integer> writing = writer.submit(() -> write(port, adminPort, from * 100));
        Thread.sleep(1_500);
        process.destroyForcibly().waitFor();
        int last = writing.get();
        assertThat(last).as(() -> "something was written").isGreaterThan(from * 100);
        Assembly next = start(Map.of("TARN_ROOT_USER", ROOT, "TARN_ROOT_PASSWORD", SECRET));
        for (int i = from * 100; i < last; i++) {
          String kept = send(next, root(), "GET", "/photos/u" + i, NOTHING).text();
          JsonNode keys = Invocation.JSON.readTree(kept);
          var user =
              new Keys(
                  keys.findValue("accessKey").asString(""),
                  keys.findValue("secretKey").asString(""));
          assertThat(send(next, user, "GET", "/photos/u" + i, NOTHING).text()).isEqualTo(kept);
          assertThat(send(next, user, "DELETE", "/photos/u" + i, NOTHING).status()).isEqualTo(403);
        }
      } finally {
        process.destroyForcibly();
      }
      made++;
    }
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files).containsExactly(home);
    }
  }
}
