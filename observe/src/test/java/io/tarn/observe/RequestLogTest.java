package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestLogTest {
  private final BlockingQueue<String> written = new LinkedBlockingQueue<>();

  @Test
  void a_record_becomes_a_json_line_without_its_signature() throws InterruptedException {
    try (RequestLog log = started(settings(true, LogSettings.Format.JSON, 10), written::add)) {
      log.add(record("1"));
      assertThat(written.poll(10, TimeUnit.SECONDS))
          .isEqualTo(
              "{\"time\":\"2026-01-02T03:04:05Z\",\"request_id\":\"1\",\"operation\":\"GetObject\",\"bucket\":\"b\",\"key\":\"k\\n"
                  + "\",\"caller\":\"AK\",\"remote\":\"127.0.0.1:5\",\"method\":\"GET\","
                  + "\"target\":\"/b/k%0A?X-Amz-Signature=***\",\"user_agent\":\"aws-cli\",\"status\":404,"
                  + "\"error\":\"NoSuchKey\",\"bytes_in\":0,\"bytes_out\":250,\"total_micros\":1200,\"first_byte_micros\":900}");
    }
  }

  @Test
  void a_record_becomes_a_human_line() throws InterruptedException {
    try (RequestLog log = started(settings(true, LogSettings.Format.HUMAN, 10), written::add)) {
      log.add(record("1"));
      assertThat(written.poll(10, TimeUnit.SECONDS))
          .isEqualTo(
              "2026-01-02T03:04:05Z 404 NoSuchKey GET /b/k%0A?X-Amz-Signature=*** GetObject 1200us"
                  + " in=0 out=250 caller=AK remote=127.0.0.1:5 id=1");
    }
  }

  @Test
  void a_full_queue_drops_and_counts_and_nobody_waits() throws InterruptedException {
    var writing = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    RequestLog log =
        started(
            settings(true, LogSettings.Format.JSON, 2),
            text -> {
              writing.countDown();
              await(goOn);
              written.add(text);
            });
    log.add(record("first"));
    await(writing);
    for (int i = 0; i < 5; i++) log.add(record("later"));
    assertThat(log.dropped()).isEqualTo(3);
    goOn.countDown();
    log.close();
    assertThat(String.join("\n", written).lines()).hasSize(3);
  }

  @Test
  void closing_writes_what_is_queued_and_refuses_the_rest() {
    RequestLog log = started(settings(true, LogSettings.Format.JSON, 1000), written::add);
    for (int i = 0; i < 700; i++) log.add(record("" + i));
    log.close();
    assertThat(String.join("\n", written).lines()).hasSize(700);
    log.add(record("late"));
    assertThat(log.dropped()).isEqualTo(1);
  }

  @Test
  void when_off_nothing_is_kept_or_counted() {
    try (RequestLog log = started(settings(false, LogSettings.Format.JSON, 10), written::add)) {
      assertThat(log.isOn()).isFalse();
      log.add(record("1"));
      assertThat(log.dropped()).isZero();
    }
    assertThat(written).isEmpty();
  }

  @Test
  void a_sink_that_fails_loses_its_records_only() throws InterruptedException {
    var first = new CountDownLatch(1);
    try (RequestLog log =
        started(
            settings(true, LogSettings.Format.JSON, 10),
            text -> {
              if (first.getCount() > 0) {
                first.countDown();
                throw new IllegalStateException("the sink of this test fails once");
              }
              written.add(text);
            })) {
      log.add(record("lost"));
      await(first);
      log.add(record("kept"));
      assertThat(written.poll(10, TimeUnit.SECONDS)).contains("kept");
      assertThat(log.dropped()).isEqualTo(1);
    }
  }

  private static RequestLog started(
      LogSettings settings, java.util.function.Consumer<String> sink) {
    var log = new RequestLog(settings, sink);
    log.startWriting();
    return log;
  }

  private static LogSettings settings(boolean access, LogSettings.Format format, int queue) {
    return new LogSettings(LogSettings.Level.INFO, List.of(), format, access, queue);
  }

  private static RequestRecord record(String id) {
    return new RequestRecord(
        Instant.parse("2026-01-02T03:04:05Z"),
        id,
        new RequestRecord.Subject("GetObject", "b", "k\n", "", "AK"),
        new RequestRecord.Wire("127.0.0.1:5", "GET", "/b/k%0A?X-Amz-Signature=abcdef", "aws-cli"),
        new RequestRecord.Outcome(404, "NoSuchKey", 0, 250),
        new RequestRecord.Timing(1200, 900));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
