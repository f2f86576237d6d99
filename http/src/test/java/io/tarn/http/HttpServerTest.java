package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakGuard.class)
class HttpServerTest {
  @Test
  void a_request_is_answered() throws Exception {
    try (var server = TestServers.start(TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
      RawClient.Reply reply = client.reply();
      assertThat(reply.statusLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(reply.text()).isEqualTo("PUT /a hello");
      assertThat(reply.headers()).doesNotContainKey("connection");
      var date =
          ZonedDateTime.parse(reply.headers().get("date"), DateTimeFormatter.RFC_1123_DATE_TIME);
      assertThat(date.toInstant()).isBetween(Instant.now().minusSeconds(5), Instant.now());
    }
  }

  @Test
  void an_event_loop_that_ends_is_told_of_unless_the_server_closes() throws Exception {
    for (var closed : new boolean[] {false, true}) {
      var told = new ArrayBlockingQueue<Throwable>(1);
      Thread thread = new LoopThreads(9000, new AtomicBoolean(closed)).newThread(() -> {});
      thread.setUncaughtExceptionHandler((_, thrown) -> told.add(thrown));
      thread.start();
      thread.join();
      assertThat(told).hasSize(closed ? 0 : 1);
    }
  }

  @Test
  void what_needs_no_thread_is_answered_on_the_loop() throws Exception {
    var handler =
        new Handler() {
          @Override
          public void handle(Exchange exchange) {
            TestServers.echo(exchange);
          }

          @Override
          public Optional<Response> atOnce(RequestHead head) {
            return head.target().equals("/live")
                ? Optional.of(TestServers.text(200, Thread.currentThread().getName()))
                : Optional.empty();
          }
        };
    try (var server = TestServers.start(handler);
        var client = new RawClient(server.port())) {
      var live = "GET /live HTTP/1.1\r\nHost: h\r\n\r\n";
      client.send(live + live + "GET /other HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.reply().text()).startsWith("http-0-");
      assertThat(client.reply().text()).startsWith("http-0-");
      assertThat(client.reply().text()).isEqualTo("GET /other ");
      client.send("PUT /live HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(client.reply().text()).isEqualTo("PUT /live hello");
      assertThat(server.counts().requests()).isEqualTo(4);
    }
  }

  @Test
  void the_head_says_who_asked() throws Exception {
    var heads = new ArrayBlockingQueue<RequestHead>(1);
    try (var server =
            TestServers.start(
                exchange -> {
                  heads.add(exchange.head());
                  exchange.respond(TestServers.text(200, Thread.currentThread().isVirtual() + ""));
                });
        var client = new RawClient(server.port())) {
      var target = new String("/b//../ü%2F%00%zz".getBytes(UTF_8), ISO_8859_1);
      client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\nX: \u00fc\r\n\r\n");
      assertThat(client.reply().text()).isEqualTo("true");
      var head = TestServers.take(heads);
      assertThat(head.target()).isEqualTo(target);
      assertThat(head.headers().first("x")).isEqualTo("\u00fc");
      assertThat(head.remote().getAddress().isLoopbackAddress()).isTrue();
      assertThat(head.local().getPort()).isEqualTo(server.port());
      assertThat(head.client().secure()).isFalse();
    }
  }

  @Test
  void pipelined_requests_are_answered_in_order_one_at_a_time() throws Exception {
    var running = new java.util.concurrent.atomic.AtomicInteger();
    try (var server =
            TestServers.start(
                exchange -> {
                  boolean alone = running.incrementAndGet() == 1;
                  var text = TestServers.read(exchange.body());
                  running.decrementAndGet();
                  exchange.respond(TestServers.text(200, exchange.head().target() + text + alone));
                });
        var client = new RawClient(server.port())) {
      var requests = new StringBuilder();
      var expected = new ArrayList<String>();
      for (var i = 0; i < 300; i++) {
        if (i % 3 == 0) {
          requests.append("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
          expected.add("/" + i + "true");
        } else if (i % 3 == 1) {
          requests.append("PUT /" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
          expected.add("/" + i + "abctrue");
        } else {
          requests.append(
              "PUT /" + i + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
          requests.append("2\r\nxy\r\n0\r\n\r\n");
          expected.add("/" + i + "xytrue");
        }
      }
      client.send(requests.toString());
      var replies = new ArrayList<String>();
      for (var i = 0; i < 300; i++) replies.add(client.reply().text());
      assertThat(replies).isEqualTo(expected);
    }
  }

  @Test
  void much_pipelined_input_waits_in_the_socket() throws Exception {
    try (var server = TestServers.start(TestServers::echo);
        var client = new RawClient(server.port())) {
      String one = "GET /" + "x".repeat(8000) + " HTTP/1.1\r\nHost: h\r\n\r\n";
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.send(one.repeat(500));
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      for (var i = 0; i < 500; i++) assertThat(client.reply().body()).hasSize(8006);
      sender.join();
    }
  }

  @Test
  void http_1_0_closes_unless_asked_to_stay() throws Exception {
    try (var server = TestServers.start(TestServers::echo)) {
      try (var client = new RawClient(server.port())) {
        String all = client.send("GET /a HTTP/1.0\r\n\r\n").rest();
        assertThat(all).contains("Connection: close\r\n").endsWith("\r\n\r\nGET /a ");
      }
      try (var client = new RawClient(server.port())) {
        for (var i = 0; i < 2; i++) {
          client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
          assertThat(client.reply().headers()).containsEntry("connection", "keep-alive");
        }
      }
    }
  }

  @Test
  void a_client_that_asks_for_it_is_closed() throws Exception {
    try (var server = TestServers.start(TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /b");
      assertThat(client.rest()).contains("Connection: close\r\n").endsWith("\r\n\r\nGET /a ");
    }
  }

  @Test
  void a_handler_may_ask_for_the_end_of_the_connection() throws Exception {
    try (var server = TestServers.start(e -> e.respond(TestServers.text(400, "no").closing()));
        var client = new RawClient(server.port())) {
      assertThat(client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").rest())
          .contains("Connection: close\r\n")
          .endsWith("\r\n\r\nno");
    }
  }

  @Test
  void a_handler_that_fails_costs_its_client_a_500_and_the_connection() throws Exception {
    try (var server =
            TestServers.start(
                _ -> {
                  throw new IllegalStateException("this failure belongs to a test");
                });
        var client = new RawClient(server.port())) {
      assertThat(client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").rest())
          .startsWith("HTTP/1.1 500 ");
      assertThat(server.counts().failed()).isEqualTo(1);
    }
  }

  @Test
  void a_handler_that_forgets_to_respond_costs_a_500() throws Exception {
    try (var server = TestServers.start(_ -> {});
        var client = new RawClient(server.port())) {
      assertThat(client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").rest())
          .startsWith("HTTP/1.1 500 ");
    }
  }

  @Test
  void the_renderer_answers_what_is_no_request() throws Exception {
    BadRequest xml = (status, reason) -> TestServers.text(status, "<E>" + reason + "</E>");
    try (var server = HttpServer.start(TestServers.LOOPBACK, TestServers::echo, xml);
        var client = new RawClient(server.port())) {
      assertThat(client.send("nonsense\r\n\r\n").rest())
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("Connection: close\r\n")
          .endsWith("<E>The request line is malformed.</E>");
      assertThat(server.counts().malformed()).isEqualTo(1);
    }
  }

  @Test
  void too_many_connections_are_refused() throws Exception {
    try (var server =
            HttpServer.start(TestServers.LOOPBACK.withMaxConnections(3), TestServers::echo);
        var first = new RawClient(server.port());
        var second = new RawClient(server.port())) {
      assertThat(first.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n").reply().status()).isEqualTo(200);
      assertThat(second.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n").reply().status()).isEqualTo(200);
      try (var third = new RawClient(server.port())) {
        assertThat(third.rest()).startsWith("HTTP/1.1 503 ");
      }
      assertThat(server.counts().refused()).isEqualTo(1);
      assertThat(server.counts().open()).isEqualTo(2);
    }
  }

  @Test
  void a_connection_that_ends_makes_room() throws Exception {
    try (var server =
        HttpServer.start(TestServers.LOOPBACK.withMaxConnections(1), TestServers::echo)) {
      for (var i = 0; i < 20; i++) {
        try (var client = new RawClient(server.port())) {
          client.send("GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
          assertThat(client.rest()).startsWith("HTTP/1.1 200 ");
        }
        while (server.counts().open() > 0) Thread.onSpinWait();
      }
    }
  }

  @Test
  void draining_lets_requests_finish_and_closes_idle_connections() throws Exception {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (var server =
            TestServers.start(
                exchange -> {
                  entered.countDown();
                  try {
                    release.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  TestServers.echo(exchange);
                });
        var busy = new RawClient(server.port());
        var idle = new RawClient(server.port())) {
      busy.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
      entered.await();
      var drained = new ArrayBlockingQueue<Boolean>(1);
      var _ = Thread.ofVirtual().start(() -> drained.add(server.drain(TestServers.LONG)));
      assertThat(idle.rest()).isEmpty();
      assertThat(drained).isEmpty();
      release.countDown();
      assertThat(busy.rest()).contains("Connection: close\r\n").endsWith("GET /a ");
      busy.hangUp();
      assertThat(TestServers.take(drained)).isTrue();
    }
  }

  @Test
  void draining_gives_up_when_its_time_is_over() throws Exception {
    try (var server = TestServers.start(TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel");
      while (server.counts().requests() == 0) Thread.onSpinWait();
      assertThat(server.drain(java.time.Duration.ofMillis(50))).isFalse();
    }
  }

  @Test
  void an_address_in_use_is_reported() throws Exception {
    try (var server = TestServers.start(TestServers::echo)) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () ->
                  HttpServer.start(
                      TestServers.LOOPBACK.listeningOn("127.0.0.1", server.port()),
                      TestServers::echo))
          .isInstanceOf(java.io.UncheckedIOException.class)
          .hasMessage("cannot listen on 127.0.0.1:" + server.port() + ": Address already in use");
    }
  }
}
