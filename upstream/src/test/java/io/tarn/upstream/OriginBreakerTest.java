package io.tarn.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.testkit.FaultProxy;
import io.tarn.testkit.FaultRule;
import io.tarn.testkit.WireFault;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An origin that is away costs nobody time, is asked by one probe at a time, and is used again as
/// soon as that finds it; and nothing that a client asks for makes it away.
class OriginBreakerTest {
  /// The pause, the time that a probe may take, and some for a busy machine.
  private static final Duration BACK_WITHIN = Duration.ofMillis(200 + 500 + 3000);

  private FarServer far;
  private FaultProxy proxy;
  private S3Origin origin;

  @BeforeEach
  void start() throws IOException {
    far =
        FarServer.plain(
            asked ->
                asked.target().contains("missing")
                    ? new FarServer.Answer(404, "NoSuchKey")
                    : asked.target().contains("denied")
                        ? new FarServer.Answer(403, "AccessDenied")
                        : FarServer.Answer.OBJECT);
    proxy = FaultProxy.before(URI.create(far.url("http")));
    origin =
        new S3Origin(
            FarServer.ORIGIN,
            FarServer.settings(proxy.address().toString(), OriginSettings.Addressing.PATH, null),
            () -> OriginKeys.NONE,
            new OriginMetrics(far.metrics),
            InstantSource.system());
  }

  @AfterEach
  void stop() throws IOException {
    origin.close();
    proxy.close();
    far.close();
  }

  private void await(boolean away, Duration within) throws InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    while (origin.absence().isEmpty() == away && System.nanoTime() < end) Thread.sleep(10);
    assertThat(origin.absence()).satisfies(why -> assertThat(why.isEmpty()).isNotEqualTo(away));
  }

  private void failUntilAway() throws InterruptedException {
    for (int i = 0; i < 20 && origin.absence().isEmpty(); i++) {
      assertThatThrownBy(() -> FarServer.read(origin, "key")).isInstanceOf(StoreFailure.class);
      Thread.sleep(20);
    }
    await(true, Duration.ofSeconds(5));
  }

  @Test
  void a_thousand_reads_of_what_is_away_are_answered_at_once_and_cost_it_little() throws Exception {
    assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
    proxy.forget();
    proxy.rules(FaultRule.always(new WireFault.ResetAtOnce()));
    failUntilAway();
    int before = proxy.passed().size();
    assertThat(before).as("attempts until it is away").isLessThan(40);
    long began = System.nanoTime();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < 1000; i++) reads.add(readers.submit(this::readWhatIsAway));
      for (Future<?> each : reads) each.get();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(took).as("a thousand reads").isLessThan(Duration.ofSeconds(3));
    long probes = 2 + took.dividedBy(Duration.ofMillis(200));
    assertThat((long) proxy.passed().size() - before).isLessThanOrEqualTo(probes);
    assertThat(far.page())
        .contains("tarn_origin_away{origin=\"far\"} 1.0")
        .contains("tarn_origin_absences_total{origin=\"far\"} 1.0")
        .contains("tarn_origin_refused_total{origin=\"far\"} 10");

    proxy.rules();
    await(false, BACK_WITHIN);
    assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
    assertThat(far.page()).contains("tarn_origin_away{origin=\"far\"} 0.0");
  }

  private void readWhatIsAway() {
    long began = System.nanoTime();
    assertThatThrownBy(() -> FarServer.read(origin, "key"))
        .isInstanceOfSatisfying(
            StoreFailure.OriginUnreachable.class,
            away -> {
              assertThat(away.origin()).isEqualTo("far");
              assertThat(away.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            })
        .hasMessageContaining("away");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void an_origin_whose_port_is_closed_is_used_again_when_it_opens() throws Exception {
    proxy.refuse();
    failUntilAway();
    proxy.admit();
    await(false, BACK_WITHIN);
    assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
  }

  @Test
  void an_origin_that_says_nothing_is_away_long_before_who_asked_gives_up() throws Exception {
    proxy.rules(FaultRule.always(new WireFault.Silence()));
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting = readers.submit(() -> FarServer.read(origin, "key"));
      await(true, Duration.ofSeconds(5));
      assertThat(waiting.isDone()).isFalse();
      readWhatIsAway();
      proxy.rules();
      await(false, BACK_WITHIN);
      assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
      waiting.cancel(true);
      proxy.refuse();
    }
  }

  @Test
  void what_is_the_fault_of_who_asks_is_no_failure() {
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> FarServer.read(origin, "missing"))
          .isInstanceOf(StoreFailure.NoSuchKey.class);
      assertThatThrownBy(() -> FarServer.read(origin, "denied"))
          .isInstanceOf(StoreFailure.OriginDenied.class);
    }
    assertThat(origin.absence()).isEmpty();
    assertThat(proxy.passed()).as("no probe among them").hasSize(200);
  }

  @Test
  void nobody_makes_it_away_by_asking_what_it_fails_at() throws InterruptedException {
    proxy.rules(
        FaultRule.always(new WireFault.Refusal(500, "InternalError", null)).target(".*poison.*"));
    for (int i = 0; i < 40; i++) {
      assertThatThrownBy(() -> FarServer.read(origin, "poison")).isInstanceOf(StoreFailure.class);
      assertThat(origin.absence()).isEmpty();
    }
    Thread.sleep(300); // the probe that decides
    assertThat(origin.absence()).isEmpty();
    assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
    assertThat(proxy.counts())
        .as("it was asked whether it is there")
        .containsKey("GET list-type max-keys");
  }

  @Test
  void an_origin_that_answers_errors_of_the_server_to_all_is_away() throws Exception {
    proxy.rules(FaultRule.always(new WireFault.HtmlPage(502)));
    failUntilAway();
    proxy.rules();
    await(false, BACK_WITHIN);
  }

  @Test
  void throttling_is_an_answer_and_counted_by_itself() {
    proxy.rules(FaultRule.always(new WireFault.Refusal(503, "SlowDown", null)));
    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> FarServer.read(origin, "key"))
          .isInstanceOf(StoreFailure.OriginThrottled.class);
    }
    assertThat(origin.absence()).isEmpty();
    assertThat(far.page())
        .containsPattern("tarn_origin_throttled_total\\{origin=\"far\"} [3-9][0-9]")
        .contains("tarn_origin_away{origin=\"far\"} 0.0");
  }

  /// A client can hold a body back for as long as it likes.
  @Test
  void a_client_who_breaks_off_bodies_is_no_failure_of_the_origin() {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> origin.put(new Put(FarServer.BUCKET, FarServer.KEY), broken()))
          .isInstanceOf(StoreFailure.Interrupted.class);
    }
    assertThat(origin.absence()).isEmpty();
    assertThat(far.page()).contains("tarn_origin_probes_total{origin=\"far\"} 0.0");
  }

  private static Incoming broken() {
    return new Incoming() {
      @Override
      public long length() {
        return 100_000;
      }

      @Override
      public @Nullable ChecksumAlgorithm checksum() {
        return null;
      }

      @Override
      public @Nullable ByteBuffer next() {
        throw new StoreFailure.Interrupted("gone", new IOException("reset"));
      }

      @Override
      public Digests digests() {
        throw new IllegalStateException("it never ends");
      }
    };
  }
}
