package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
      var answer = console.send("GET", path, "");
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
      var answer =
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
      var signed =
          console.signed(RunningConsole.ROOT, RunningConsole.ROOT_SECRET, "GET", "/metrics", "");
      assertThat(signed.status()).isEqualTo(200);
      var wrong = console.signed(RunningConsole.ROOT, "wrongwrongwrong", "GET", "/metrics", "");
      assertThat(wrong.status()).isEqualTo(403);
    }
  }
}
