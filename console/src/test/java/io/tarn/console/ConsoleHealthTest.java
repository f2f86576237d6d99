package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.console.VolumeMembership.Absent;
import io.tarn.health.HealthAnswers;
import io.tarn.health.Vitals;
import io.tarn.http.Headers;
import io.tarn.http.HttpServer;
import io.tarn.http.HttpSettings;
import io.tarn.http.Response;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ConsoleHealthTest {
  @TempDir Path directory;
  private RunningConsole console;

  @BeforeEach
  void start() {
    console = new RunningConsole(directory, ConsoleSettings.DEFAULTS);
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/live",
        "/health/ready",
        "/healthz",
        "/readyz",
        "/health/cluster",
        "/health/cluster/read",
        "/minio/health/live",
        "/minio/health/ready",
        "/minio/health/cluster",
        "/minio/health/cluster/read"
      })
  void health_is_told_to_everybody_under_all_its_names(String path) {
    RunningConsole.Answer answer = console.send("GET", path, "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("healthy").asBoolean(false)).isTrue();
    assertThat(console.send("HEAD", path, "").status()).isEqualTo(200);
    assertThat(console.send("POST", path, "").status()).isEqualTo(405);
  }

  @Test
  void an_alarm_is_told_to_everybody_in_few_words_and_changes_no_answer() {
    console.patient.alarms = List.of(new Vitals.Alarm("garbage is not removed", "/srv/two hangs"));
    for (String path : List.of("/health/ready", "/health/cluster")) {
      RunningConsole.Answer answer = console.send("GET", path, "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().path("alarms").path(0).asString("")).contains("garbage");
      assertThat(answer.text()).doesNotContain("/srv");
    }
    assertThat(console.send("GET", "/health/live", "").text()).doesNotContain("garbage");
    JsonNode status = console.admin("GET", "/status", "").json().path("alarms").path(0);
    assertThat(status.path("detail").asString("")).isEqualTo("/srv/two hangs");
  }

  @Test
  void a_browser_finds_a_page_that_says_what_this_is_and_how_it_does() {
    RunningConsole.Answer page = console.send("GET", "/", "");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.raw().headers().firstValue("Content-Type"))
        .hasValue("text/html; charset=utf-8");
    assertThat(page.raw().headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(page.text()).contains("admin address", "It takes work.", "href=\"/metrics\"");
    console.patient.volumeProblem = "/srv/<two> is read-only until restart: EIO";
    assertThat(console.send("GET", "/", "").text())
        .contains("with less than all: volume v2 takes no writes")
        .doesNotContain("/srv");
    console.patient.draining = true;
    assertThat(console.send("GET", "/", "").text()).contains("It takes no work now: draining");
    assertThat(console.send("HEAD", "/", "").status()).isEqualTo(200);
    assertThat(console.send("POST", "/", "").status()).isEqualTo(401);
    assertThat(console.send("GET", "/?x", "").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "/health/live,200",
    "/health/ready,503",
    "/health/cluster,200",
    "/health/cluster/read,503"
  })
  void a_draining_node_lives_and_is_not_ready(String path, int status) {
    console.patient.draining = true;
    RunningConsole.Answer answer = console.send("GET", path, "");
    assertThat(answer.status()).isEqualTo(status);
    if (status == 503) {
      assertThat(answer.json().path("reasons").path(0).asString("")).isEqualTo("draining");
    }
  }

  @Test
  void a_node_that_cannot_go_on_does_not_live() {
    console.patient.failure = "thread meta-commit ended: a bug at /srv";
    RunningConsole.Answer answer = console.send("GET", "/health/live", "");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("cannot go on").doesNotContain("/srv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/health/ready", "/health/cluster"})
  void a_node_that_serves_what_it_can_is_degraded_and_not_dead(String path) {
    console.patient.volumeProblem = "/srv/two is read-only until restart: EIO";
    console.patient.absent =
        List.of(new Absent("v3", "/srv/three", false), new Absent("v4", "/srv/four", true));
    console.patient.metadataWritable = false;
    console.patient.metadataFull = true;
    RunningConsole.Answer answer = console.send("GET", path, "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).doesNotContain("/srv");
    if (path.endsWith("live")) return;
    assertThat(answer.json().path("healthy").asBoolean(false)).isTrue();
    assertThat(answer.json().path("degraded").valueStream().map(JsonNode::asString))
        .containsExactly(
            "the disk of the metadata is full",
            "volume v2 takes no writes",
            "volume v3 is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "/health/live,200",
    "/health/ready,503",
    "/health/cluster,503",
    "/health/cluster/read,200"
  })
  void without_any_volume_that_takes_writes_it_is_not_ready(String path, int status) {
    console.patient.volumeProblem = "/srv/two is read-only until restart: EIO";
    console.patient.otherProblem = "/srv/one is read-only until restart: EIO";
    RunningConsole.Answer answer = console.send("GET", path, "");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).doesNotContain("/srv");
    if (status == 503) assertThat(answer.text()).contains("no volume takes writes");
  }

  @Test
  void a_metadata_store_without_writes_is_a_reason() {
    console.patient.metadataWritable = false;
    RunningConsole.Answer answer = console.send("GET", "/health/ready", "");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("the metadata store takes no writes");
  }

  /// Opening a pipe for reading waits for a writer, and holds the carrier of a virtual thread.
  @Test
  void that_the_server_lives_is_told_when_all_carriers_are_held() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    var health = new HealthAnswers(console.patient);
    HttpSettings settings = HttpSettings.DEFAULTS.listeningOn("127.0.0.1", 0);
    var held = new ArrayList<Thread>();
    try (var s3 =
        HttpServer.start(
            settings,
            health.before(exchange -> exchange.respond(Response.of(299, Headers.EMPTY))))) {
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 8; i++) {
        held.add(Thread.startVirtualThread(() -> openedForReading(pipe)));
      }
      awaitNoCarrier();
      assertThatThrownBy(() -> status(s3.port(), "/health/ready"))
          .isInstanceOf(SocketTimeoutException.class);
      for (String path : List.of("/health/live", "/minio/health/live")) {
        assertThat(status(s3.port(), path)).as(path).isEqualTo(200);
        assertThat(status(console.server.port(), path)).as(path).isEqualTo(200);
      }
    } finally {
      try (var _ = new RandomAccessFile(pipe.toFile(), "rw")) {
        for (Thread thread : held) thread.join();
      }
    }
  }

  /// Until no virtual thread comes to run any more.
  private static void awaitNoCarrier() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      var ran = new CountDownLatch(1);
      Thread.startVirtualThread(ran::countDown);
      if (!ran.await(1, TimeUnit.SECONDS)) return;
      Thread.sleep(20);
    }
    throw new AssertionError("carriers are left");
  }

  private static void openedForReading(Path pipe) {
    try (var _ = new FileInputStream(pipe.toFile())) {
      // That was it.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int status(int port, String path) throws IOException {
    var connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    connection.setReadTimeout(2000);
    return connection.getResponseCode();
  }
}
