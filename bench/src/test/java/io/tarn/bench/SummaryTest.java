package io.tarn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void rates_and_costs_are_per_item() {
    var tally = new Tally();
    // Ten pages of 1,000 keys within two seconds of the clock, for half a second of the server's
    // CPU.
    for (int i = 0; i < 10; i++) tally.success(i * SECOND / 5, (i + 1) * SECOND / 5, 1000, 100_000);
    var round = new Round(tally, new Cost(SECOND / 4, SECOND / 2, 0, 0, 0));
    assertThat(round.perSecond()).isCloseTo(5000, within(0.001));
    assertThat(round.megabytesPerSecond()).isCloseTo(0.5, within(0.001));
    assertThat(round.perServerCpuSecond()).isCloseTo(20_000, within(0.001));
    assertThat(round.serverMicrosPerItem()).isCloseTo(50, within(0.001));
    assertThat(round.serverCores()).isCloseTo(0.25, within(0.001));
    assertThat(round.clientCores()).isCloseTo(0.125, within(0.001));
    assertThat(round.latencyMillis(50)).isCloseTo(200, within(0.2));
  }

  @Test
  void percentiles_are_those_of_the_latencies_given() {
    var tally = new Tally();
    IntStream.rangeClosed(1, 1000).forEach(ms -> tally.success(0, ms * 1_000_000L, 1, 0));
    var round = new Round(tally, new Cost(0, 0, 0, 0, 0));
    assertThat(round.latencyMillis(50)).isCloseTo(500, within(1.0));
    assertThat(round.latencyMillis(99)).isCloseTo(990, within(1.0));
    assertThat(round.latencyMillis(99.9)).isCloseTo(999, within(1.0));
    assertThat(round.latencyMillis(100)).isCloseTo(1000, within(1.0));
  }

  @Test
  void merged_tallies_span_both_and_keep_the_first_error() {
    var one = new Tally();
    one.success(100, 200, 1, 10);
    var other = new Tally();
    other.success(150, 400, 1, 20);
    other.failure("503 slow down");
    other.failure("later");
    one.add(other);
    one.add(new Tally());
    assertThat(one.requests()).isEqualTo(2);
    assertThat(one.bytes()).isEqualTo(30);
    assertThat(one.elapsedNanos()).isEqualTo(300);
    assertThat(one.errors()).isEqualTo(2);
    assertThat(one.firstError()).isEqualTo("503 slow down");
  }

  @Test
  void a_round_without_successes_has_zeros_and_no_nonsense() {
    var round = new Round(new Tally(), new Cost(0, 0, 0, 0, 0));
    assertThat(round.perSecond()).isZero();
    assertThat(round.latencyMillis(99)).isZero();
    assertThat(round.serverMicrosPerItem()).isZero();
  }

  @Test
  void the_median_is_the_middle_value() {
    assertThat(Summary.median(DoubleStream.of(9, 1, 5))).isEqualTo(5);
    assertThat(Summary.median(DoubleStream.of(4, 1, 9, 2))).isEqualTo(3);
    assertThat(Summary.median(DoubleStream.empty())).isZero();
  }

  @Test
  void a_summary_is_one_line_of_json() {
    var tally = new Tally();
    tally.success(0, SECOND, 1, 0);
    tally.failure("500 \"quoted\"\n");
    var round = new Round(tally, new Cost(0, SECOND, 1, 2, 3));
    String line = SummaryJson.line(new Summary("get 4 KiB c=1", "tarn", List.of(round)));
    assertThat(line)
        .startsWith("{\"work\":\"get 4 KiB c=1\",\"target\":\"tarn\",\"perSecond\":1,")
        .contains("\"p99.9Millis\":", "\"errors\":1")
        .endsWith("\"firstError\":\"500 \\\"quoted\\\"\\u000a\"}");
  }
}
