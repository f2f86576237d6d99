package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.testkit.FaultProxy;
import io.tarn.testkit.FaultRule;
import io.tarn.testkit.WireFault;
import io.tarn.testkit.WireRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What an origin can do is tried out when a bucket is linked, and believed for thirty days.
class LateProbesTest {
  private static final Map<String, String> KEYS =
      Map.of("TARN_ORIGINS_FAR_S3_SECRET_KEY", TestServers.SECRET);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestServers servers;

  @SuppressWarnings("NullAway.Init") // before each test
  private FaultProxy proxy;

  private static boolean isOfTags(WireRequest request) {
    return request.target().contains("tagging") || request.field("x-amz-tagging") != null;
  }

  @BeforeEach
  void begin() throws IOException {
    servers = new TestServers(directory);
    proxy = FaultProxy.before(URI.create("http://127.0.0.1:" + servers.start("far")));
    servers.send("far", "PUT", "/photos");
    start(Duration.ZERO);
  }

  private void link() {
    Shell.Ran ran = servers.admin("near", "bucket", "link", "photos", "--origin", "far");
    assertThat(ran.exit()).as(ran.err()).isEqualTo(ExitCode.OK);
  }

  private void refuseTags(int status, String code) {
    proxy.rules(
        FaultRule.always(new WireFault.Refusal(status, code, null))
            .where(LateProbesTest::isOfTags));
  }

  @AfterEach
  void stop() throws IOException {
    servers.close();
    proxy.close();
  }

  private void start(Duration later) throws IOException {
    servers.start(
        "near",
        () -> Instant.now().plus(later),
        KEYS,
        "--origins.far.s3.endpoint=" + proxy.address(),
        "--origins.far.s3.access-key=" + TestServers.ROOT);
  }

  private JsonNode explained() {
    return servers.admin("near", "cache", "explain", "photos", "--json").json();
  }

  private List<String> lacks() {
    var lacks = new ArrayList<String>();
    for (JsonNode each : explained().path("home").path("without")) lacks.add(each.asString());
    return lacks;
  }

  private Instant probed() {
    return Instant.parse(explained().path("probed").asString());
  }

  private void awaitProbe(Instant from) throws InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    while (!probed().isAfter(from)) {
      assertThat(Instant.now()).as("still of %s", from).isBefore(until);
      Thread.sleep(20);
    }
  }

  private int tagged(String key) {
    return servers
        .send("near", "PUT", "/photos/" + key, new byte[1], "x-amz-tagging", "a=b")
        .status();
  }

  @Test
  void what_was_tried_out_long_ago_is_tried_out_again_after_a_start() throws Exception {
    refuseTags(501, "NotImplemented");
    link();
    assertThat(lacks()).contains("tags");
    Instant linked = probed();
    proxy.rules();
    proxy.forget();
    start(Duration.ofDays(29));
    assertThat(probed()).isEqualTo(linked);
    assertThat(proxy.counts()).isEmpty();
    start(Duration.ofDays(31));
    awaitProbe(linked);
    assertThat(lacks()).doesNotContain("tags").contains("versions");
    start(Duration.ZERO); // it is kept
    assertThat(tagged("late")).isEqualTo(200);
  }

  /// Neither then, nor when it is linked.
  @Test
  void nothing_is_given_up_because_nobody_answered_when_it_was_tried_out() throws Exception {
    link();
    assertThat(lacks()).doesNotContain("tags");
    Instant linked = probed();
    refuseTags(503, "SlowDown");
    proxy.forget();
    start(Duration.ofDays(31));
    Instant until = Instant.now().plus(PATIENCE);
    while (proxy.counts().getOrDefault("DELETE", 0) < 2) { // what it wrote goes at its end
      assertThat(Instant.now()).isBefore(until);
      Thread.sleep(20);
    }
    start(Duration.ofDays(29));
    assertThat(probed()).isEqualTo(linked);
    assertThat(lacks()).doesNotContain("tags");
    Shell.Ran again =
        servers.admin(
            "near", "bucket", "link", "other", "--origin", "far", "--from", "s3://photos/other/");
    assertThat(again.err()).contains("could not be tried out");
  }
}
