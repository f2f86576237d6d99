package io.tarn.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadDriveTest {
  private final AtomicLong received = new AtomicLong();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Endpoint endpoint;

  LoadDriveTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint =
        new Endpoint(
            "test",
            "127.0.0.1",
            server.getAddress().getPort(),
            new RequestSigning.Anonymous(),
            List.of());
  }

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void every_shot_is_fired_once_and_its_whole_body_is_sent() {
    long size = 3 * ByteSize.MIB + 17;
    Tally tally = drive("PUT", "/ok", size, 20, 2);
    assertThat(tally.errors()).as(tally.firstError()).isZero();
    assertThat(tally.requests()).isEqualTo(20);
    assertThat(received.get()).isEqualTo(20 * size);
    assertThat(tally.bytes()).isEqualTo(20 * (size + 2));
  }

  @Test
  void a_refusal_is_an_error_that_can_be_read() {
    Tally tally = drive("GET", "/refused", 0, 5, 1);
    assertThat(tally.requests()).isZero();
    assertThat(tally.errors()).isEqualTo(5);
    assertThat(tally.firstError()).isEqualTo("403 no");
  }

  @Test
  void a_server_that_hangs_up_in_mid_reply_is_an_error_and_not_the_end() {
    Tally tally = drive("GET", "/torn", 0, 5, 1);
    assertThat(tally.requests()).isZero();
    assertThat(tally.errors()).isEqualTo(5);
  }

  @Test
  void a_connection_the_server_closes_after_a_reply_is_opened_again() {
    Tally tally = drive("GET", "/closing", 0, 10, 1);
    assertThat(tally.errors()).as(tally.firstError()).isZero();
    assertThat(tally.requests()).isEqualTo(10);
  }

  private Tally drive(String method, String path, long size, int count, int threadCount) {
    var requests = new Requests(endpoint);
    List<Request> shots =
        IntStream.range(0, count).mapToObj(_ -> requests.of(method, path, Map.of(), size)).toList();
    var work = new Work(LoadVerb.PUT, size, 4, count, threadCount);
    try (var bodies = BodySource.create(ByteSize.MIB)) {
      return new LoadDrive(endpoint, work, Shots.of(shots), bodies, LoadDrive.Supply.ONCE)
          .run(RoundLimit.lasting(Duration.ofSeconds(30)));
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      received.addAndGet(exchange.getRequestBody().readAllBytes().length);
      switch (exchange.getRequestURI().getPath()) {
        case "/refused" -> send(exchange, 403, "no", 2);
        case "/torn" -> send(exchange, 200, "no", 1000);
        case "/closing" -> {
          exchange.getResponseHeaders().set("Connection", "close");
          send(exchange, 200, "ok", 2);
        }
        default -> send(exchange, 200, "ok", 2);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body, int length)
      throws IOException {
    exchange.sendResponseHeaders(status, length);
    exchange.getResponseBody().write(body.getBytes(UTF_8));
  }
}
