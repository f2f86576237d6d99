package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `tarn cache` on a server whose bucket is linked to that of another.
class CacheVerbsTest {
  private static final byte[] BYTES = bytes();

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestServers servers;

  private int far;

  private static byte[] bytes() {
    byte[] bytes = new byte[2_500_000];
    new SplittableRandom(1).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void start() throws IOException {
    servers = new TestServers(directory);
    far = servers.start("far");
    startNear();
    servers.send("far", "PUT", "/photos");
    for (int i = 0; i < 5; i++) servers.send("far", "PUT", "/photos/p/" + i, BYTES);
    servers.send("far", "PUT", "/photos/other", BYTES);
    assertThat(servers.admin("near", "bucket", "link", "photos", "--origin", "far").exit())
        .isEqualTo(ExitCode.OK);
  }

  private void startNear() throws IOException {
    servers.start(
        "near",
        Map.of("TARN_ORIGINS_FAR_S3_SECRET_KEY", TestServers.SECRET),
        "--origins.far.s3.endpoint=http://127.0.0.1:" + far,
        "--origins.far.s3.access-key=" + TestServers.ROOT,
        "--origins.far.s3.silence=2s",
        "--origins.far.cache.ttl=1h",
        "--origins.far.cache.writes=back",
        "--back.retry=500ms");
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  private String cache(String... words) {
    Shell.Ran ran = run(words);
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.OK);
    return ran.out();
  }

  private Shell.Ran run(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "cache";
    System.arraycopy(words, 0, all, 1, words.length);
    return servers.admin("near", all);
  }

  private JsonNode json(String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--json";
    Shell.Ran ran = run(all);
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.OK);
    return ran.json();
  }

  @Test
  void what_was_warmed_is_read_while_the_origin_is_away() {
    String warm = cache("warm", "photos", "p/");
    assertThat(warm).startsWith("warm in photos: 5 objects, 11.9 MiB, of which 11.9 MiB were");
    assertThat(json("warm", "photos", "p/").path("fetchedBytes").asLong()).isZero();
    servers.stop("far");
    for (int i = 0; i < 5; i++) {
      SignedHttp.Reply reply = servers.send("near", "GET", "/photos/p/" + i);
      assertThat(reply.body()).isEqualTo(BYTES);
      assertThat(reply.header("x-tarn-cache")).isEqualTo("HIT");
    }
    assertThat(servers.send("near", "GET", "/photos/other").status()).isEqualTo(503);
    assertThat(cache("stats", "photos"))
        .containsPattern("reads +5: 100.0 % hit")
        .containsPattern("bytes read +11.9 MiB, 100.0 % of them from the cache")
        .containsPattern("money +-?[0-9.]+ USD saved, [0-9.]+ USD spent");
    assertThat(cache("stats")).contains("bucket photos since 20");
  }

  @Test
  void a_key_and_a_bucket_are_explained() {
    assertThat(cache("explain", "photos", "p/1")).contains("nothing is remembered");
    servers.send("near", "GET", "/photos/p/1", "Range", "bytes=0-9");
    assertThat(cache("explain", "photos", "p/1"))
        .contains("head: 2.4 MiB, ETag ", "blocks: 1 of 3 are here", "(PARTIAL)");
    servers.send("near", "GET", "/photos/none");
    assertThat(cache("explain", "photos", "none")).contains("the origin said", "not there");
    assertThat(cache("explain", "photos"))
        .contains("bucket photos is far:photos/", "versions", "freshness: ttl", "1h 0m");
    JsonNode json = json("explain", "photos", "p/1");
    assertThat(json.path("blocks").path("all").asInt()).isEqualTo(3);
    assertThat(json.path("answer").path("verdict").asString()).isEqualTo("partial");
  }

  @Test
  void a_pin_outlives_eviction_and_a_restart_and_can_be_taken_back() throws IOException {
    cache("warm", "photos");
    assertThat(cache("pin", "photos", "p/")).contains("pinned p/ of photos; 15 blocks");
    assertThat(cache("evict", "photos"))
        .startsWith("gave up 3 blocks, 2.4 MiB; 15 blocks, 12.0 MiB stay");
    startNear();
    assertThat(cache("status", "photos")).contains("15 blocks", "12.0 MiB of it pinned", "p/");
    assertThat(json("evict", "photos", "p/1").path("left").path("blocks").asInt()).isEqualTo(3);
    assertThat(cache("unpin", "photos", "p/")).isEqualTo("unpinned p/ of photos\n");
    assertThat(cache("evict", "photos", "p/1")).startsWith("gave up 3 blocks");
    assertThat(json("status", "photos").path("share").path("blocks").asInt()).isEqualTo(12);
    assertThat(json("status").path("pinned").asInt()).isZero();
  }

  @Test
  void what_is_acknowledged_while_the_origin_is_away_is_synced_when_it_is_back()
      throws IOException {
    servers.stop("far");
    SignedHttp.Reply written = servers.send("near", "PUT", "/photos/new", BYTES);
    assertThat(written.header("x-tarn-durability")).isEqualTo("local");
    assertThat(cache("explain", "photos", "new"))
        .contains("durability: local; the write of 20", "(HIT)");
    assertThat(json("explain", "photos", "new").path("durability").asString()).isEqualTo("local");
    assertThat(servers.send("near", "GET", "/photos/new").body()).isEqualTo(BYTES);
    Shell.Ran early = run("sync", "photos", "--timeout", "1s");
    assertThat(early.exit()).isEqualTo(ExitCode.TRY_AGAIN);
    assertThat(early.err()).contains("1 write, 2.4 MiB");
    assertThat(cache("status", "photos")).contains("1 write, 2.4 MiB, waits for the origin");
    assertThat(servers.admin("near", "bucket", "unlink", "photos").err())
        .contains("have not reached the origin");
    assertThat(deleteMany("one", "other").header("x-tarn-durability")).isEqualTo("local");
    assertThat(cache("explain", "photos", "other"))
        .contains("durability: local; its deletion of 20", "there is no such key");
    startNear();
    assertThat(servers.send("near", "GET", "/photos/new").body()).isEqualTo(BYTES);
    far = servers.start("far");
    startNear();
    assertThat(cache("sync", "photos")).contains("all that was acknowledged is at the origin");
    assertThat(servers.send("far", "GET", "/photos/new").body()).isEqualTo(BYTES);
    assertThat(cache("explain", "photos", "new")).contains("durability: origin");
    assertThat(cache("explain", "photos", "other")).contains("durability: origin");
    assertThat(servers.admin("near", "bucket", "unlink", "photos").exit()).isEqualTo(ExitCode.OK);
  }

  private SignedHttp.Reply deleteMany(String... keys) throws IOException {
    var document = new StringBuilder("<Delete>");
    for (String key : keys) document.append("<Object><Key>%s</Key></Object>".formatted(key));
    byte[] bytes = document.append("</Delete>").toString().getBytes(StandardCharsets.UTF_8);
    String hash = Base64.getEncoder().encodeToString(md5(bytes));
    return servers.send("near", "POST", "/photos?delete", bytes, "Content-MD5", hash);
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void what_is_no_linked_bucket_is_refused() {
    servers.admin("near", "bucket", "create", "own-one");
    assertThat(run("evict", "own-one").err()).contains("is not linked");
    assertThat(run("warm", "none").exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(run("warm", "photos", "--parallel", "1000").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(run("stat").err()).contains("s3://BUCKET");
  }

  @Test
  void warming_goes_on_when_the_origin_is_back_and_says_so_when_it_is_not() {
    servers.stop("far");
    Shell.Ran ran = run("warm", "photos");
    assertThat(ran.exit()).isEqualTo(ExitCode.TRY_AGAIN);
    assertThat(ran.err()).contains("the origin far");
  }
}
