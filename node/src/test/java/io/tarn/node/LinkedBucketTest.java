package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.Name;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.upstream.OriginSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose bucket is linked to that of another one, and that other one, both in this
/// process.
class LinkedBucketTest {
  private static final String ROOT = "rootrootroot";
  private static final String SECRET = "secretsecretsecret";
  private static final byte[] BYTES = bytes();

  @TempDir Path directory;

  private int farPort;
  private Assembly far;
  private Assembly near;

  private static byte[] bytes() {
    byte[] bytes = new byte[3_000_000];
    new SplittableRandom(1).nextBytes(bytes);
    return bytes;
  }

  private Assembly start(String name, int port, String... further) throws IOException {
    var flags =
        new ArrayList<>(
            List.of(
                "--volumes=" + directory.resolve(name),
                "--address=127.0.0.1:" + port,
                "--console-address=127.0.0.1:" + WarmUp.freePort(),
                "--drain=1s"));
    flags.addAll(List.of(further));
    var environment =
        Map.of(
            "MINIO_ROOT_USER", ROOT,
            "MINIO_ROOT_PASSWORD", SECRET,
            "TARN_ORIGINS_FAR_S3_SECRET_KEY", SECRET);
    Map<String, String> own =
        further.length == 0
            ? Map.of("MINIO_ROOT_USER", ROOT, "MINIO_ROOT_PASSWORD", SECRET)
            : environment;
    return Assembly.start(Configuration.read(own, flags).value());
  }

  private Assembly startNear() throws IOException {
    return start(
        "near",
        WarmUp.freePort(),
        "--origins.far.s3.endpoint=http://127.0.0.1:" + farPort,
        "--origins.far.s3.access-key=" + ROOT,
        "--origins.far.s3.silence=2s",
        "--origins.far.cache.ttl=1h");
  }

  @BeforeEach
  void start() throws IOException {
    farPort = WarmUp.freePort();
    far = start("far", farPort);
    near = startNear();
  }

  @AfterEach
  void stop() {
    near.close();
    far.close();
  }

  private static SignedHttp client(Assembly node) {
    var signer = new RequestSigner(ROOT, new SecretKey(SECRET, 1), "us-east-1");
    return new SignedHttp(
        "http://127.0.0.1:" + node.s3Port(), new SignedHttp.Pass.Keys(signer), null);
  }

  private static SignedHttp.Reply send(
      Assembly node, String method, String target, byte[] body, String... headers) {
    try (SignedHttp client = client(node)) {
      return client.send(method, target, body, headers);
    }
  }

  private Shell.Ran admin(String... words) {
    return new Shell(Map.of("TARN_VOLUMES", directory.resolve("near").toString())).run(words);
  }

  private void link() {
    assertThat(send(far, "PUT", "/photos", new byte[0]).status()).isEqualTo(200);
    assertThat(send(far, "PUT", "/photos/2026/big", BYTES).status()).isEqualTo(200);
    Shell.Ran ran =
        admin("bucket", "link", "pictures", "--origin", "far", "--from", "s3://photos/2026/");
    assertThat(ran.out()).as(ran.err()).isEqualTo("linked bucket pictures to far:photos/2026/\n");
  }

  @Test
  void who_read_a_range_first_is_told_the_checksum_of_the_whole_all_the_same() {
    link();
    SignedHttp.Reply range = send(near, "GET", "/pictures/big", new byte[0], "Range", "bytes=5-9");
    assertThat(range.header("x-tarn-cache")).isEqualTo("MISS");
    String[] checked = {"x-amz-checksum-mode", "ENABLED"};
    SignedHttp.Reply there = send(far, "HEAD", "/photos/2026/big", new byte[0], checked);
    SignedHttp.Reply here = send(near, "HEAD", "/pictures/big", new byte[0], checked);
    assertThat(here.header("x-amz-checksum-crc64nvme"))
        .isNotEmpty()
        .isEqualTo(there.header("x-amz-checksum-crc64nvme"));
  }

  @Test
  void what_was_read_once_is_served_while_the_origin_is_away_and_after_a_restart()
      throws IOException {
    link();
    SignedHttp.Reply first = send(near, "GET", "/pictures/big", new byte[0]);
    assertThat(first.body()).isEqualTo(BYTES);
    assertThat(first.header("x-tarn-cache")).isEqualTo("MISS");
    far.close();
    SignedHttp.Reply again = send(near, "GET", "/pictures/big", new byte[0]);
    assertThat(again.body()).isEqualTo(BYTES);
    assertThat(again.header("x-tarn-cache")).isEqualTo("HIT");
    SignedHttp.Reply range = send(near, "GET", "/pictures/big", new byte[0], "Range", "bytes=5-9");
    assertThat(range.body()).isEqualTo(Arrays.copyOfRange(BYTES, 5, 10));
    assertThat(send(near, "GET", "/pictures/other", new byte[0]).status()).isEqualTo(503);

    far = start("far", farPort);
    near.close();
    near = startNear();
    SignedHttp.Reply later = send(near, "GET", "/pictures/big", new byte[0]);
    assertThat(later.body()).isEqualTo(BYTES);
    assertThat(later.header("x-tarn-cache")).isIn("HIT", "REVALIDATED");
  }

  @Test
  void what_is_written_is_at_the_origin_as_a_plain_object_and_here() {
    link();
    assertThat(send(near, "PUT", "/pictures/new", BYTES).status()).isEqualTo(200);
    assertThat(send(far, "GET", "/photos/2026/new", new byte[0]).body()).isEqualTo(BYTES);
    assertThat(send(near, "GET", "/pictures/new", new byte[0]).body()).isEqualTo(BYTES);
    assertThat(send(near, "GET", "/pictures?list-type=2", new byte[0]).text())
        .contains("<Key>big</Key>", "<Key>new</Key>");
    assertThat(send(near, "DELETE", "/pictures/new", new byte[0]).status()).isEqualTo(204);
    assertThat(send(far, "GET", "/photos/2026/new", new byte[0]).status()).isEqualTo(404);
    assertThat(send(near, "GET", "/pictures/new", new byte[0]).status()).isEqualTo(404);
  }

  private static double metric(Assembly node, String series) {
    try (var http =
        new SignedHttp(
            "http://127.0.0.1:" + node.adminPort(), new SignedHttp.Pass.Nothing(), null)) {
      return http.send("GET", "/metrics", new byte[0])
          .text()
          .lines()
          .filter(line -> line.startsWith(series + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
          .sum();
    }
  }

  private static double asked(Assembly near, String kind) {
    return metric(
        near, "tarn_origin_requests_total{bucket=\"pictures\",kind=\"%s\"}".formatted(kind));
  }

  private static double served(Assembly far, String operation) {
    return metric(
        far, "tarn_s3_requests_total{operation=\"%s\",status=\"200\"}".formatted(operation));
  }

  @Test
  void what_the_origin_is_asked_is_counted_as_the_origin_counts_it() {
    link();
    double gets = asked(near, "get");
    double getsThere = served(far, "GetObject");
    double putsThere = served(far, "PutObject");
    double puts = asked(near, "put");
    double received =
        metric(near, "tarn_origin_received_bytes_total{bucket=\"pictures\",kind=\"get\"}");
    for (int i = 0; i < 3; i++) {
      assertThat(send(near, "GET", "/pictures/big", new byte[0]).body()).isEqualTo(BYTES);
    }
    assertThat(send(near, "PUT", "/pictures/new", BYTES).status()).isEqualTo(200);
    assertThat(asked(near, "get") - gets)
        .isEqualTo(1)
        .isEqualTo(served(far, "GetObject") - getsThere);
    assertThat(asked(near, "put") - puts)
        .isEqualTo(1)
        .isEqualTo(served(far, "PutObject") - putsThere);
    assertThat(asked(near, "list")).isPositive(); // by who tried it out
    assertThat(
            metric(near, "tarn_origin_received_bytes_total{bucket=\"pictures\",kind=\"get\"}")
                - received)
        .isEqualTo(BYTES.length);
    String money = "tarn_origin_money{bucket=\"pictures\",currency=\"USD\",what=\"%s\"}";
    assertThat(metric(near, money.formatted("spent"))).isPositive();
    assertThat(metric(near, money.formatted("saved"))).isPositive();
  }

  @Test
  void a_link_goes_away_and_leaves_the_origin_as_it_was() {
    link();
    assertThat(send(near, "DELETE", "/pictures", new byte[0]).status()).isEqualTo(409);
    assertThat(admin("bucket", "rm", "pictures").err()).contains("unlink");
    assertThat(admin("bucket", "unlink", "pictures").out()).isEqualTo("unlinked bucket pictures\n");
    assertThat(send(near, "GET", "/pictures/big", new byte[0]).status()).isEqualTo(404);
    assertThat(send(far, "GET", "/photos/2026/big", new byte[0]).body()).isEqualTo(BYTES);
    assertThat(send(far, "GET", "/photos?list-type=2", new byte[0]).text())
        .contains("<KeyCount>1</KeyCount>");
  }

  @Test
  void a_link_that_could_not_be_used_is_not_made_and_says_what_to_change() {
    String missing = admin("bucket", "link", "one", "--origin", "far", "--from", "s3://none").err();
    assertThat(missing).contains("cannot be listed", "origins.far.s3").doesNotContain(SECRET);
    assertThat(admin("bucket", "link", "one", "--origin", "near").err())
        .contains("no origin near", "far");
    assertThat(admin("bucket", "ls").out()).doesNotContain("one");
  }

  private static Invocation cache(Map<String, String> environment, String... words) {
    var none = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    var terminal = new Terminal(InputStream.nullInputStream(), none, none, environment);
    var all = new ArrayList<>(List.of("cache"));
    all.addAll(List.of(words));
    return new Invocation(
        terminal, CommandTree.of(terminal).parseArgs(all.toArray(String[]::new)).subcommand());
  }

  @Test
  void one_command_serves_a_bucket_under_its_own_name_with_keys_of_its_own() throws IOException {
    assertThat(send(far, "PUT", "/photos", new byte[0]).status()).isEqualTo(200);
    assertThat(send(far, "PUT", "/photos/big", BYTES).status()).isEqualTo(200);
    Invocation invocation =
        cache(
            Map.of(
                "AWS_ACCESS_KEY_ID", ROOT,
                "AWS_SECRET_ACCESS_KEY", SECRET,
                "TARN_ROOT_USER", ROOT,
                "TARN_ROOT_PASSWORD", "anothersecretanother"),
            "s3://photos",
            "--endpoint=http://127.0.0.1:" + farPort,
            "--listen=127.0.0.1:" + WarmUp.freePort(),
            "--console-address=127.0.0.1:" + WarmUp.freePort(),
            "--size=64M",
            "--dir=" + directory.resolve("cached"));
    var signer = new RequestSigner(ROOT, new SecretKey("anothersecretanother", 1), "us-east-1");
    for (List<String> found : List.of(List.of("MISS"), List.of("HIT", "REVALIDATED"))) {
      // The second time the bucket is there already.
      Assembly node =
          Assembly.start(
              CacheVerb.settings(invocation).value(),
              () -> "",
              invocation.terminal().environment());
      try (var client =
          new SignedHttp(
              "http://127.0.0.1:" + node.s3Port(), new SignedHttp.Pass.Keys(signer), null)) {
        CacheVerb.link(invocation, node);
        assertThat(node.origins().signing())
            .containsExactly(Map.entry("origin", "signed with the keys from: environment"));
        SignedHttp.Reply read = client.send("GET", "/photos/big", new byte[0]);
        assertThat(read.body()).isEqualTo(BYTES);
        assertThat(read.header("x-tarn-cache")).isIn(found);
      } finally {
        node.close();
      }
    }
  }

  @Test
  void a_cache_of_what_is_no_bucket_is_refused_before_anything_starts() {
    for (String word : List.of("photos", "s3://", "s3://UP/x", "file:/srv")) {
      assertThatThrownBy(() -> CacheVerb.settings(cache(Map.of(), word)))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("s3://BUCKET");
    }
  }

  @Test
  void a_cache_takes_its_keys_from_a_file_that_is_named_or_from_where_they_usually_are()
      throws IOException {
    String secret = "verysecretverysecret";
    Path file = Files.writeString(directory.resolve("keys"), "key\n" + secret + "\ntoken\n");
    var usual =
        Map.of(
            "AWS_ACCESS_KEY_ID", "another",
            "AWS_SECRET_ACCESS_KEY", secret,
            "AWS_REGION", "eu-west-1");
    TarnConfig config =
        CacheVerb.settings(cache(usual, "s3://photos/2026/", "--origin-access-key-file=" + file))
            .value();
    OriginSettings origin = Objects.requireNonNull(config.origins().get(new Name("origin"))).s3();
    assertThat(origin.endpoint()).isEqualTo("https://s3.eu-west-1.amazonaws.com");
    assertThat(origin.region()).isEqualTo("eu-west-1");
    assertThat(origin.accessKey()).isEqualTo("key");
    assertThat(origin.secretKey().reveal()).isEqualTo(secret);
    assertThat(origin.sessionToken().reveal()).isEqualTo("token");
    assertThat(config.toString()).doesNotContain(secret);
    assertThat(cache(usual, "s3://photos")).satisfies(LinkedBucketTest::hasNoKeysInItsSettings);
    for (String text : List.of("", "key\n", "key\n" + secret + "\ntoken\nmore\n")) {
      Files.writeString(file, text);
      Invocation wrong = cache(usual, "s3://photos", "--origin-access-key-file=" + file);
      assertThatThrownBy(() -> CacheVerb.settings(wrong))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("two lines")
          .message()
          .doesNotContain(secret);
    }
  }

  private static void hasNoKeysInItsSettings(Invocation invocation) {
    TarnConfig config = CacheVerb.settings(invocation).value();
    assertThat(Objects.requireNonNull(config.origins().get(new Name("origin"))).s3().accessKey())
        .isEmpty();
  }
}
