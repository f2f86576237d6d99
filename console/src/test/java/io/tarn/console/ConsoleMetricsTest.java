package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.settings.InvalidSettings;
import io.tarn.settings.Settings;
import io.tarn.settings.Sources;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleMetricsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metrics",
        "/minio/v2/metrics/cluster",
        "/minio/v2/metrics/node",
        "/minio/v2/metrics/bucket"
      })
  void metrics_are_public_by_default_under_all_their_names(String path) {
    try (var console = new RunningConsole(directory, ConsoleSettings.DEFAULTS)) {
      RunningConsole.Answer answer = console.send("GET", path, "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text())
          .contains("tarn_volume_free_bytes{volume=\"v2\"} 20.0")
          .contains("tarn_build_info{version=\"1.2.3\"} 1.0")
          .contains("tarn_metadata_queued_batches 3.0")
          .contains("tarn_http_requests_total{listener=\"console\"}");
    }
  }

  @Test
  void open_metrics_is_spoken_when_asked_for() {
    try (var console = new RunningConsole(directory, ConsoleSettings.DEFAULTS)) {
      RunningConsole.Answer answer =
          console.send(
              "GET", "/metrics", "", "Accept", "application/openmetrics-text; version=1.0.0");
      assertThat(answer.raw().headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
      assertThat(answer.text()).endsWith("# EOF\n");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MetricsAccess.class,
      names = {"SIGNED", "JWT"})
  void closed_metrics_need_a_signature(MetricsAccess mode) {
    var settings = RunningConsole.settings("--metrics-access=" + mode);
    try (var console = new RunningConsole(directory, settings)) {
      assertThat(console.send("GET", "/metrics", "").status()).isEqualTo(401);
      RunningConsole.Answer signed =
          console.signed(RunningConsole.ROOT, RunningConsole.ROOT_SECRET, "GET", "/metrics", "");
      assertThat(signed.status()).isEqualTo(200);
      RunningConsole.Answer wrong =
          console.signed(RunningConsole.ROOT, "wrongwrongwrong", "GET", "/metrics", "");
      assertThat(wrong.status()).isEqualTo(403);
    }
  }

  private static final String TOKEN = "scrape-scrape-scrape";

  private static ConsoleSettings withToken(String... flags) {
    Sources sources =
        Sources.NONE.withFlags(flags).withEnvironment(Map.of("TARN_METRICS_TOKEN", TOKEN));
    return Settings.of(ConsoleSettings.class).read(sources).value();
  }

  private static int scrape(RunningConsole console, String... headers) {
    return console.send("GET", "/metrics", "", headers).status();
  }

  @Test
  void a_token_is_asked_of_whoever_comes_from_elsewhere() {
    String[] elsewhere = {"X-Forwarded-For", "192.0.2.1"};
    try (var console = new RunningConsole(directory, withToken())) {
      assertThat(scrape(console)).as("on this machine").isEqualTo(200);
      for (String name : List.of("X-Forwarded-For", "Forwarded")) {
        assertThat(scrape(console, name, "for=192.0.2.1")).isEqualTo(401);
      }
      assertThat(scrape(console, "Authorization", "Bearer " + TOKEN, elsewhere[0], elsewhere[1]))
          .isEqualTo(200);
      for (String wrong : List.of("Bearer " + TOKEN + "x", "Bearer ", "bearer " + TOKEN, TOKEN)) {
        assertThat(scrape(console, "Authorization", wrong, elsewhere[0], elsewhere[1]))
            .as(wrong)
            .isIn(400, 401);
      }
      RunningConsole.Answer refused = console.send("GET", "/metrics", "", elsewhere);
      assertThat(refused.json().path("message").asString("")).contains("console.metrics-token");
      assertThat(refused.text()).doesNotContain(TOKEN);
    }
  }

  @Test
  void the_token_does_for_a_signature_where_one_is_needed_and_for_nothing_else() {
    try (var console = new RunningConsole(directory, withToken("--metrics-access=signed"))) {
      assertThat(scrape(console)).isEqualTo(401);
      assertThat(scrape(console, "Authorization", "Bearer " + TOKEN)).isEqualTo(200);
      assertThat(
              console
                  .signed(RunningConsole.ROOT, RunningConsole.ROOT_SECRET, "GET", "/metrics", "")
                  .status())
          .isEqualTo(200);
      assertThat(
              console
                  .send("GET", "/admin/v1/status", "", "Authorization", "Bearer " + TOKEN)
                  .status())
          .isEqualTo(401);
    }
  }

  /// The tests come from loopback.
  @Test
  void an_address_elsewhere_is_not_near() {
    var request = S3Request.of("GET", "/metrics", RequestHeaders.of("host", "h"), List.of());
    for (String address : List.of("192.0.2.1", "10.0.0.1", "2001:db8::1")) {
      assertThat(
              MetricsAccess.isOpen(
                  withToken(), request, new InetSocketAddress(address, 0).getAddress()))
          .isFalse();
    }
    for (String address : List.of("127.0.0.1", "127.0.0.9", "::1")) {
      assertThat(
              MetricsAccess.isOpen(
                  withToken(), request, new InetSocketAddress(address, 0).getAddress()))
          .isTrue();
    }
  }

  @Test
  void a_token_that_can_be_guessed_is_refused() {
    Sources guessable =
        Sources.NONE.withEnvironment(Map.of("TARN_METRICS_TOKEN", "fifteen-letters"));
    assertThatThrownBy(() -> Settings.of(ConsoleSettings.class).read(guessable))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("16 characters")
        .hasMessageNotContaining("fifteen-letters");
  }

  @Test
  void who_guesses_the_token_is_slowed() {
    try (var console = new RunningConsole(directory, withToken("--metrics-access=signed"))) {
      for (int i = 0; i <= FailedAttempts.FREE; i++) {
        assertThat(scrape(console, "Authorization", "Bearer guess")).isEqualTo(401);
      }
      assertThat(scrape(console, "Authorization", "Bearer guess")).isEqualTo(503);
      assertThat(scrape(console, "Authorization", "Bearer " + TOKEN)).isEqualTo(503);
    }
  }
}
