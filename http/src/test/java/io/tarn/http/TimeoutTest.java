package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.http.HttpSettings.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakGuard.class)
class TimeoutTest {
  private static final Duration SHORT = Duration.ofMillis(150);
  private static final Duration LONG = TestServers.LONG;

  private static HttpSettings settings(Timeouts timeouts) {
    return TestServers.LOOPBACK.with(timeouts);
  }

  @Test
  void a_head_that_drips_in_is_cut_off() throws Exception {
    try (var server =
            HttpServer.start(
                settings(new Timeouts(SHORT, LONG, LONG, LONG, LONG, LONG)), TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
      drip(client);
      assertThat(client.rest()).isEmpty();
      assertThat(server.counts().timedOut()).isEqualTo(1);
    }
  }

  /// Sends header bytes until the server hangs up.
  private static void drip(RawClient client) {
    try {
      for (var i = 0; i < 2000; i++) {
        client.send(i == 0 ? "GET /b HTTP/1.1\r\nX: " : "x");
        Thread.sleep(10);
      }
    } catch (IOException | InterruptedException e) {
      return;
    }
    throw new AssertionError("the server is too patient");
  }

  @Test
  void a_connection_without_a_first_request_is_closed() throws Exception {
    try (var server =
            HttpServer.start(
                settings(new Timeouts(SHORT, LONG, LONG, LONG, LONG, LONG)), TestServers::echo);
        var client = new RawClient(server.port())) {
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void an_idle_connection_is_closed() throws Exception {
    try (var server =
            HttpServer.start(
                settings(new Timeouts(LONG, SHORT, LONG, LONG, LONG, LONG)), TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
      assertThat(client.rest()).isEmpty();
      assertThat(server.counts().timedOut()).isZero();
    }
  }

  @Test
  void a_body_that_stalls_wakes_its_reader() throws Exception {
    var ends = new ArrayBlockingQueue<String>(1);
    try (var server =
            HttpServer.start(
                settings(new Timeouts(LONG, LONG, SHORT, LONG, LONG, LONG)),
                exchange -> {
                  try {
                    TestServers.echo(exchange);
                  } catch (ClientGone e) {
                    ends.add(e.reason());
                    throw e;
                  }
                });
        var client = new RawClient(server.port())) {
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel");
      assertThat(TestServers.take(ends)).contains("too long");
      assertThat(client.rest()).isEmpty();
      assertThat(server.counts().timedOut()).isEqualTo(1);
    }
  }

  @Test
  void a_slow_handler_is_no_stall() throws Exception {
    try (var server =
            HttpServer.start(
                settings(new Timeouts(LONG, SHORT, SHORT, SHORT, SHORT, LONG))
                    .with(TestServers.limits(2048, 1024)),
                exchange -> {
                  try {
                    Thread.sleep(600);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  exchange.respond(
                      TestServers.text(200, "" + TestServers.read(exchange.body()).length()));
                });
        var client = new RawClient(server.port())) {
      // More than fits into the queue, so that the server itself stops reading.
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
      client.send("x".repeat(100_000));
      assertThat(client.reply().text()).isEqualTo("100000");
    }
  }

  @Test
  void a_client_that_waits_for_a_slow_handlers_permission_is_no_stall() throws Exception {
    try (var server =
            HttpServer.start(
                settings(new Timeouts(LONG, LONG, SHORT, LONG, LONG, LONG)),
                exchange -> {
                  try {
                    Thread.sleep(600);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  TestServers.echo(exchange);
                });
        var client = new RawClient(server.port())) {
      client.send(
          "PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(100);
      assertThat(client.send("hi").reply().text()).isEqualTo("PUT /a hi");
    }
  }

  @Test
  void a_client_that_reads_nothing_is_cut_off() throws Exception {
    var ends = new ArrayBlockingQueue<String>(1);
    try (var server =
            HttpServer.start(
                settings(new Timeouts(LONG, LONG, LONG, SHORT, LONG, LONG)),
                exchange -> {
                  try {
                    exchange.respond(
                        new Response(
                            200,
                            Headers.EMPTY,
                            new ResponseBody.Slices(
                                1L << 40, new EndlessSlices(new byte[1 << 20]))));
                  } catch (ClientGone e) {
                    ends.add(e.reason());
                    throw e;
                  }
                });
        var _ = send(new RawClient(server.port()))) {
      assertThat(TestServers.take(ends)).contains("too long");
      assertThat(server.counts().timedOut()).isEqualTo(1);
    }
  }

  @Test
  void a_body_that_drips_in_is_cut_off() throws Exception {
    try (var server =
            HttpServer.start(
                TestServers.LOOPBACK.with(
                    new Timeouts(LONG, LONG, Duration.ofSeconds(1), LONG, LONG, LONG)),
                TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
      drip(client);
      assertThat(client.rest()).isEmpty();
      assertThat(server.counts().timedOut()).isEqualTo(1);
    }
  }

  @Test
  void a_response_that_is_taken_drop_by_drop_is_cut_off() throws Exception {
    try (var server =
            HttpServer.start(
                TestServers.LOOPBACK.with(
                    new Timeouts(LONG, LONG, LONG, Duration.ofSeconds(1), LONG, LONG)),
                exchange ->
                    exchange.respond(
                        new Response(
                            200,
                            Headers.EMPTY,
                            new ResponseBody.Slices(
                                1L << 40, new EndlessSlices(new byte[1 << 20])))));
        RawClient client = send(new RawClient(server.port(), 4 << 10))) {
      var drop = new byte[64];
      var taken = 0L;
      for (var i = 0; i < 1000 && server.counts().timedOut() == 0; i++) {
        taken += client.read(drop);
        Thread.sleep(100);
      }
      assertThat(server.counts().timedOut()).as("taken %d", taken).isEqualTo(1);
    }
  }

  /// As slow as may be, and no slower, is let.
  @Test
  void a_body_at_the_least_rate_is_taken() throws Exception {
    try (var server =
            HttpServer.start(
                TestServers.LOOPBACK.with(
                    new Timeouts(LONG, LONG, Duration.ofSeconds(1), LONG, LONG, LONG)),
                TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 6000\r\n\r\n");
      for (var i = 0; i < 30; i++, Thread.sleep(100)) client.send("x".repeat(200));
      assertThat(client.reply().body()).hasSize("PUT /a ".length() + 6000);
    }
  }

  private static RawClient send(RawClient client) throws IOException {
    return client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  }
}
