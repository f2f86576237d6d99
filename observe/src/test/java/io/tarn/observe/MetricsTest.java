package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import io.tarn.settings.Settings;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final String OPEN_METRICS =
      "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";

  private final Metrics metrics = new Metrics(new MetricsSettings(3, 10, false));

  @Test
  void counters_and_gauges_appear_with_their_labels() {
    metrics
        .counter("tarn_requests", "Requests.", "operation", "status")
        .with("GetObject", "2xx")
        .add(2);
    metrics.counter("tarn_starts", "Starts.").increment();
    metrics.counter("tarn_dropped", "Dropped.", () -> 7);
    metrics.gauge("tarn_connections", "Open connections.", () -> 5);
    metrics.gauge("tarn_volume_free_bytes", "Free.", "volume", () -> Map.of("a", 1.5));
    assertThat(page(null))
        .contains(
            "# TYPE tarn_requests_total counter\n",
            "tarn_requests_total{operation=\"GetObject\",status=\"2xx\"} 2.0\n",
            "tarn_starts_total 1.0\n",
            "tarn_dropped_total 7.0\n",
            "tarn_connections 5.0\n",
            "tarn_volume_free_bytes{volume=\"a\"} 1.5\n");
  }

  @Test
  void a_histogram_counts_in_seconds() {
    Histogram histogram = metrics.histogram("tarn_request_seconds", "Time.");
    histogram.observeNanos(300_000);
    histogram.observeSeconds(60);
    assertThat(histogram.count()).isEqualTo(2);
    assertThat(page(null))
        .contains(
            "tarn_request_seconds_bucket{le=\"2.5E-4\"} 0\n",
            "tarn_request_seconds_bucket{le=\"5.0E-4\"} 1\n",
            "tarn_request_seconds_bucket{le=\"+Inf\"} 2\n",
            "tarn_request_seconds_count 2\n");
  }

  @Test
  void the_accept_header_chooses_the_format() {
    metrics.counter("tarn_starts", "Starts.").increment();
    assertThat(metrics.render(OPEN_METRICS).contentType())
        .startsWith("application/openmetrics-text");
    assertThat(page(OPEN_METRICS)).endsWith("# EOF\n");
    for (var accept : new @Nullable String[] {null, "", "*/*", "text/plain"}) {
      assertThat(metrics.render(accept).contentType()).startsWith("text/plain");
    }
  }

  @Test
  void values_beyond_the_limit_of_a_label_are_counted_as_other() {
    Labelled<Counter> requests = metrics.counter("tarn_requests", "Requests.", "bucket");
    for (int i = 0; i < 10; i++) requests.with("bucket-" + i).increment();
    assertThat(requests.with("bucket-0").value()).isEqualTo(1);
    assertThat(requests.with("bucket-9")).isSameAs(requests.with(Labelled.OTHER));
    assertThat(requests.with(Labelled.OTHER).value()).isEqualTo(7);
  }

  @Test
  void only_the_label_that_overflows_becomes_other() {
    Labelled<Counter> requests =
        metrics.counter("tarn_requests", "Requests.", "bucket", "operation");
    for (int i = 0; i < 4; i++) requests.with("bucket-" + i, "GetObject").increment();
    assertThat(page(null)).contains("{bucket=\"other\",operation=\"GetObject\"} 1.0\n");
  }

  @Test
  void series_beyond_their_limit_are_other_in_every_label() {
    Labelled<Counter> requests =
        new Metrics(new MetricsSettings(100, 2, false)).counter("x", "X.", "a", "b");
    requests.with("1", "1").increment();
    requests.with("2", "2").increment();
    requests.with("3", "3").increment();
    requests.with("4", "4").increment();
    assertThat(requests.with("other", "other").value()).isEqualTo(2);
  }

  @Test
  void the_limit_holds_under_concurrency() throws Exception {
    Labelled<Counter> requests = metrics.counter("tarn_requests", "Requests.", "bucket");
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        String bucket = "bucket-" + i % 20;
        tasks.execute(() -> requests.with(bucket).increment());
      }
    }
    List<String> lines =
        page(null).lines().filter(line -> line.startsWith("tarn_requests_total{")).toList();
    assertThat(lines).hasSize(4);
    assertThat(
            lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum())
        .isEqualTo(200);
  }

  @Test
  void a_wrong_number_of_label_values_is_a_bug() {
    Labelled<Counter> requests =
        metrics.counter("tarn_requests", "Requests.", "bucket", "operation");
    assertThatIllegalStateException().isThrownBy(() -> requests.with("one"));
  }

  @Test
  void once_compiled_incrementing_observing_and_a_known_label_allocate_nothing() {
    Labelled<Counter> counter = metrics.counter("tarn_requests", "Requests.", "bucket");
    Histogram histogram = metrics.histogram("tarn_request_seconds", "Time.");
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 100 && allocated >= 20_000; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20_000; i++) {
        counter.with("bucket").increment();
        histogram.observeNanos(i);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isLessThan(20_000);
  }

  @Test
  void the_process_and_its_memory_are_reported() {
    Metrics.Page page = new Metrics(Settings.defaults(MetricsSettings.class)).render(null);
    assertThat(new String(page.body(), StandardCharsets.UTF_8))
        .contains(
            "process_resident_memory_bytes ",
            "jvm_memory_used_bytes{",
            "process_cpu_seconds_total ");
  }

  private String page(@Nullable String accept) {
    return new String(metrics.render(accept).body(), StandardCharsets.UTF_8);
  }
}
