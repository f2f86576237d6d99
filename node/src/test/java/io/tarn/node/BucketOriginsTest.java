package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Buckets that are linked in a running server to what its settings do not name: buckets of another
/// server, and directories.
class BucketOriginsTest {
  private static final byte[] TEXT = "hello".getBytes(StandardCharsets.UTF_8);
  private static final Map<String, String> KEYS =
      Map.of("TARN_ORIGINS_KEYS_S3_SECRET_KEY", TestServers.SECRET);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestServers servers;

  @SuppressWarnings("NullAway.Init") // before each test
  private Path tree;

  @BeforeEach
  void start() throws IOException {
    servers = new TestServers(directory);
    tree = Files.createDirectory(directory.resolve("tree"));
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  private int startBoth() throws IOException {
    int far = servers.start("far");
    startWithKeys();
    servers.send("far", "PUT", "/photos");
    servers.send("far", "PUT", "/photos/2026/k", TEXT);
    return far;
  }

  private void startWithKeys() throws IOException {
    servers.start(
        "near",
        KEYS,
        "--origins.keys.s3.endpoint=http://127.0.0.1:1",
        "--origins.keys.s3.access-key=" + TestServers.ROOT);
  }

  private Shell.Ran bucket(String... words) {
    String[] all = Stream.concat(Stream.of("bucket"), Stream.of(words)).toArray(String[]::new);
    return servers.admin("near", all);
  }

  private void linkTree(String... further) {
    String[] words =
        Stream.concat(Stream.of("link", "files", "--origin", "file:" + tree), Stream.of(further))
            .toArray(String[]::new);
    Shell.Ran ran = bucket(words);
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.OK);
  }

  @Test
  void a_bucket_elsewhere_is_linked_without_a_setting_and_still_is_after_a_restart()
      throws IOException {
    int far = startBoth();
    Shell.Ran ran =
        bucket(
            "link",
            "pictures",
            "--origin",
            "s3://photos/2026/",
            "--endpoint",
            "http://127.0.0.1:" + far,
            "--credentials",
            "keys",
            "--freshness",
            "ttl=1h",
            "--write",
            "around");
    assertThat(ran.out()).as(ran.err()).isEqualTo("linked bucket pictures to s3://photos/2026/\n");
    assertThat(servers.send("near", "GET", "/pictures/k").body()).isEqualTo(TEXT);
    assertThat(servers.send("near", "PUT", "/pictures/new", TEXT).status()).isEqualTo(200);
    assertThat(servers.send("far", "GET", "/photos/2026/new").body()).isEqualTo(TEXT);
    startWithKeys();
    assertThat(servers.send("near", "GET", "/pictures/new").body()).isEqualTo(TEXT);
    JsonNode explained = servers.admin("near", "cache", "explain", "pictures", "--json").json();
    assertThat(explained.path("policy").path("freshness").asString()).isEqualTo("ttl");
    assertThat(explained.path("policy").path("ttl").asInt()).isEqualTo(3600);
    assertThat(explained.path("policy").path("writes").asString()).isEqualTo("around");
    assertThat(explained.path("credentials").asString()).isEqualTo("keys");
    assertThat(explained.path("probed").asString()).isNotEmpty();
    assertThat(explained.toString()).doesNotContain(TestServers.SECRET);
    assertThat(bucket("unlink", "pictures").exit()).isEqualTo(ExitCode.OK);
    assertThat(servers.send("near", "GET", "/pictures/k").status()).isEqualTo(404);
    assertThat(servers.send("far", "GET", "/photos/2026/k").body()).isEqualTo(TEXT);
  }

  @Test
  void a_link_that_could_not_be_used_or_is_not_understood_is_not_made() throws IOException {
    int far = startBoth();
    String endpoint = "http://127.0.0.1:" + far;
    assertThat(bucket("link", "one", "--origin", "s3://photos", "--endpoint", endpoint).err())
        .contains("cannot be listed");
    assertThat(
            bucket(
                    "link",
                    "one",
                    "--origin",
                    "s3://photos",
                    "--endpoint",
                    endpoint,
                    "--credentials",
                    "none")
                .err())
        .contains("no credentials none");
    Shell.Ran mode =
        bucket(
            "link",
            "one",
            "--origin",
            "s3://photos",
            "--endpoint",
            endpoint,
            "--credentials",
            "keys",
            "--write",
            "sideways");
    assertThat(mode.err()).contains("cache.writes", "sideways");
    assertThat(mode.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(bucket("link", "one", "--origin", "s3://photos", "--endpoint", "far").err())
        .contains("endpoint is not the address");
    assertThat(bucket("link", "one", "--origin", "s3://p-1", "--endpoint", "http://a:b@far").err())
        .contains("endpoint is not the address");
    assertThat(bucket("ls").out()).doesNotContain("one");
  }

  @Test
  void a_directory_is_a_bucket_whose_objects_are_plain_files() throws IOException {
    servers.start("near");
    Files.createDirectories(tree.resolve("a"));
    Files.write(tree.resolve("a/there"), TEXT);
    linkTree();
    assertThat(servers.send("near", "GET", "/files/a/there").body()).isEqualTo(TEXT);
    assertThat(servers.send("near", "PUT", "/files/b/new", TEXT).status()).isEqualTo(200);
    assertThat(Files.readAllBytes(tree.resolve("b/new"))).isEqualTo(TEXT);
    Files.writeString(tree.resolve("b/new"), "changed by another");
    assertThat(servers.send("near", "GET", "/files/b/new").text()).isEqualTo("changed by another");
    assertThat(servers.send("near", "GET", "/files?list-type=2").text())
        .contains("<Key>a/there</Key>", "<Key>b/new</Key>")
        .doesNotContain(".tarn");
    servers.start("near");
    assertThat(servers.send("near", "GET", "/files/a/there").body()).isEqualTo(TEXT);
    assertThat(servers.admin("near", "cache", "explain", "files").out())
        .contains("tree.directory=" + tree, "there is no cache before it");
    assertThat(servers.admin("near", "cache", "warm", "files").err()).contains("no cache");
    assertThat(bucket("unlink", "files").exit()).isEqualTo(ExitCode.OK);
    assertThat(servers.send("near", "GET", "/files/a/there").status()).isEqualTo(404);
    assertThat(Files.readAllBytes(tree.resolve("a/there"))).isEqualTo(TEXT);
    linkTree(); // nothing of it is held any more
    assertThat(servers.send("near", "GET", "/files/a/there").body()).isEqualTo(TEXT);
  }

  @Test
  void a_link_that_leads_out_of_the_directory_is_no_object() throws IOException {
    servers.start("near");
    Path secret = Files.write(directory.resolve("secret"), TEXT);
    Files.createSymbolicLink(tree.resolve("out"), secret);
    Files.createSymbolicLink(tree.resolve("up"), directory);
    linkTree();
    assertThat(servers.send("near", "GET", "/files/out").status()).isEqualTo(404);
    assertThat(servers.send("near", "GET", "/files/up/secret").status())
        .isGreaterThanOrEqualTo(400);
    assertThat(servers.send("near", "PUT", "/files/up/other", TEXT).status())
        .isGreaterThanOrEqualTo(400);
    assertThat(directory.resolve("other")).doesNotExist();
  }

  @Test
  void what_the_server_keeps_itself_is_no_origin_by_whatever_name() throws IOException {
    servers.start("near");
    Path own = servers.volume("near");
    Path alias = Files.createSymbolicLink(directory.resolve("alias"), own);
    for (Path wrong : new Path[] {own, own.resolve(".tarn"), directory, alias}) {
      Shell.Ran ran = bucket("link", "files", "--origin", "file:" + wrong);
      assertThat(ran.err()).as("%s", wrong).contains("keeps its own files");
      assertThat(ran.exit()).isEqualTo(ExitCode.USAGE);
    }
    assertThat(bucket("link", "files", "--origin", "file:" + directory.resolve("none")).exit())
        .isNotEqualTo(ExitCode.OK);
    assertThat(bucket("link", "files", "--origin", "file:tree").err()).contains("absolute");
    assertThat(bucket("ls").out()).doesNotContain("files");
  }

  @Test
  void a_directory_that_is_away_at_a_start_is_used_when_it_is_back() throws IOException {
    servers.start("near");
    Files.write(tree.resolve("k"), TEXT);
    linkTree();
    servers.stop("near");
    Path away = Files.move(tree, directory.resolve("away"));
    servers.start("near");
    SignedHttp.Reply reply = servers.send("near", "GET", "/files/k");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(bucket("ls").exit()).isEqualTo(ExitCode.OK);
    Files.move(away, tree);
    for (int i = 0; i < 100 && reply.status() != 200; i++) {
      reply = servers.send("near", "GET", "/files/k");
      if (reply.status() == 200) break;
      pause();
    }
    assertThat(reply.body()).isEqualTo(TEXT);
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_directory_with_a_cache_before_it_is_read_from_there() throws IOException {
    servers.start("near");
    Files.write(tree.resolve("k"), TEXT);
    linkTree("--cached", "--freshness", "ttl=1h");
    servers.send("near", "GET", "/files/k");
    assertThat(servers.send("near", "GET", "/files/k").header("x-tarn-cache")).isEqualTo("HIT");
  }

  @Test
  void a_directory_that_the_settings_name_is_an_origin_for_many_buckets() throws IOException {
    Files.createDirectories(tree.resolve("one"));
    Files.write(tree.resolve("one/k"), TEXT);
    servers.start("near", "--origins.nas.tree.directory=" + tree);
    assertThat(bucket("link", "first", "--origin", "nas", "--from", "file:one").err()).isEmpty();
    assertThat(servers.send("near", "GET", "/first/k").body()).isEqualTo(TEXT);
    assertThat(bucket("link", "all", "--origin", "nas").err()).isEmpty();
    assertThat(servers.send("near", "GET", "/all/one/k").body()).isEqualTo(TEXT);
  }

  @Test
  void an_origin_is_either_a_server_or_a_directory() {
    assertThatThrownBy(() -> servers.start("near", "--origins.far.s3.region=eu-west-1"))
        .hasMessageContaining("s3.endpoint")
        .hasMessageContaining("tree.directory");
    assertThatThrownBy(
            () ->
                servers.start(
                    "near",
                    "--origins.far.tree.directory=" + tree,
                    "--origins.far.s3.endpoint=http://127.0.0.1:1"))
        .hasMessageContaining("one of both");
    assertThatThrownBy(
            () -> servers.start("near", "--origins.far.tree.directory=" + servers.volume("near")))
        .hasMessageContaining("keeps its own files");
  }
}
