package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.http.HttpSettings.Memory;
import io.tarn.settings.DataSize;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// One client fills everything that connections share, in every way there is; another one, from
/// another address, is served all the same.
@Tag("slow")
@ExtendWith(LeakGuard.class)
class CrowdedTest {
  private static final String GREEDY = "127.0.0.2";
  private static final String OTHER = "127.0.0.3";
  private static final String GET = "GET /%d HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final Memory SMALL =
      new Memory(
          DataSize.ofKibibytes(512),
          DataSize.ofMebibytes(2),
          DataSize.ofMebibytes(2),
          Duration.ofMillis(200));

  private final List<RawClient> greedy = new ArrayList<>();

  private RawClient greedy(HttpServer server) throws IOException {
    var client = RawClient.from(GREEDY, server.port());
    greedy.add(client);
    return client;
  }

  @AfterEach
  void leave() throws IOException {
    for (var client : greedy) client.close();
  }

  private static HttpSettings settings() {
    return TestServers.LOOPBACK.with(SMALL);
  }

  private static Budgets budgets(HttpServer server) {
    return server.budgets();
  }

  private static void isServed(HttpServer server) throws IOException {
    try (var other = RawClient.from(OTHER, server.port())) {
      // Not whole at once, so that it needs some of what is short.
      other.send("GET /other HTTP/1.1\r\nHost: ");
      other.send("h\r\n\r\n");
      assertThat(other.reply().text()).isEqualTo("GET /other ");
    }
  }

  private static void settle(HttpServer server) throws InterruptedException {
    var before = -1L;
    for (var now = 0L; now != before; Thread.sleep(300)) {
      before = now;
      now = server.counts().overdrawn() + budgets(server).heads().used();
    }
  }

  @Test
  void half_heads() throws Exception {
    try (var server = HttpServer.start(settings(), TestServers::echo)) {
      for (var i = 0; i < 60; i++) {
        greedy(server).send("GET / HTTP/1.1\r\nX: " + "x".repeat(30_000));
      }
      settle(server);
      assertThat(budgets(server).heads().used()).isBetween(300_000L, 400_000L);
      assertThat(server.counts().overdrawn()).isGreaterThan(30);
      assertThat(greedy.getLast().rest()).startsWith("HTTP/1.1 503 ");
      isServed(server);
      leave();
      settle(server);
      assertThat(budgets(server).heads().used()).isZero();
    }
  }

  @Test
  void requests_behind_one_that_is_not_answered() throws Exception {
    var go = new Semaphore(0);
    try (var server =
        HttpServer.start(
            settings(),
            exchange -> {
              if (exchange.head().target().equals("/stuck")) go.acquireUninterruptibly();
              TestServers.echo(exchange);
            })) {
      for (var i = 0; i < 100; i++) {
        greedy(server)
            .send("GET /stuck HTTP/1.1\r\nHost: h\r\n\r\n")
            .send(GET.formatted(i).repeat(200));
      }
      settle(server);
      assertThat(budgets(server).heads().used()).isLessThan(400_000L);
      isServed(server);
      go.release(1000);
      for (var i = 0; i < 200; i++) {
        RawClient.Reply answered = greedy.getFirst().reply();
        assertThat(answered.text()).isEqualTo(i == 0 ? "GET /stuck " : "GET /0 ");
      }
    }
  }

  @Test
  void bodies_that_nobody_reads() throws Exception {
    var go = new Semaphore(0);
    try (var server =
        HttpServer.start(
            settings(),
            exchange -> {
              if (exchange.head().target().equals("/stuck")) {
                go.acquireUninterruptibly();
                exchange.respond(
                    TestServers.text(200, TestServers.read(exchange.body()).length() + ""));
              } else {
                TestServers.echo(exchange);
              }
            })) {
      for (var i = 0; i < 40; i++) {
        RawClient client = greedy(server);
        client.send("PUT /stuck HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
        Thread.ofVirtual().start(() -> push(client));
      }
      while (!budgets(server).bodies().isTight()) Thread.sleep(10);
      settle(server);
      assertThat(budgets(server).bodies().used()).isLessThan(1_600_000L);
      isServed(server);
      go.release(1000);
      for (var client : greedy) assertThat(client.reply().text()).isEqualTo("1000000");
    }
  }

  private static void push(RawClient client) {
    try {
      client.send("x".repeat(1_000_000));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void small_responses_that_nobody_takes() throws Exception {
    String text = "x".repeat(60_000);
    try (var server =
        HttpServer.start(
            settings(),
            exchange -> {
              if (exchange.head().target().equals("/large")) {
                exchange.respond(TestServers.text(200, text));
              } else {
                TestServers.echo(exchange);
              }
            })) {
      for (var i = 0; i < 80; i++) {
        greedy(server).send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n".repeat(100));
      }
      while (server.counts().overdrawn() == 0) Thread.sleep(10);
      settle(server);
      assertThat(budgets(server).replies().used()).isLessThan(1_600_000L);
      isServed(server);
    }
  }

  @Test
  void large_responses_in_memory_that_nobody_takes() throws Exception {
    var content = new byte[600_000];
    try (var server = HttpServer.start(settings(), exchange -> answer(exchange, content))) {
      for (var i = 0; i < 20; i++) {
        greedy(server).send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n".repeat(20));
      }
      while (server.counts().overdrawn() == 0) Thread.sleep(10);
      settle(server);
      assertThat(budgets(server).replies().used()).isLessThan(1_600_000L);
      isServed(server);
    }
  }

  private static void answer(Exchange exchange, byte[] large) {
    if (!exchange.head().target().equals("/large")) {
      TestServers.echo(exchange);
      return;
    }
    try {
      exchange.respond(new Response(200, Headers.EMPTY, new ResponseBody.Bytes(large)));
    } catch (TooMuch tooMuch) {
      exchange.respond(TestServers.text(503, tooMuch.reason()).closing());
    }
  }

  @Test
  void files_under_tls_that_nobody_takes(@TempDir Path directory) throws Exception {
    var made = Certificates.make(directory, "crowded");
    HttpSettings settings = settings().withTls(made.certificate(), made.privateKey());
    var path = Files.write(directory.resolve("content"), new byte[8 << 20]);
    var most = 0L;
    try (var file = FileChannel.open(path, StandardOpenOption.READ);
        var server = HttpServer.start(settings, exchange -> send(exchange, file))) {
      for (var i = 0; i < 60; i++) {
        var client = new RawClient(Certificates.connect(GREEDY, server.port()), 0);
        greedy.add(client);
        client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
        most = Math.max(most, budgets(server).replies().used());
      }
      while (server.counts().overdrawn() == 0) Thread.sleep(10);
      assertThat(most).isBetween(1_000_000L, 1_600_000L);
      try (var other = new RawClient(Certificates.connect(OTHER, server.port()), 0)) {
        other.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(other.reply().body()).hasSize(8 << 20);
      }
    }
  }

  private static void send(Exchange exchange, FileChannel file) {
    var slice = FileBytes.slice(file, 0, 8 << 20);
    try {
      exchange.respond(
          new Response(200, Headers.EMPTY, new ResponseBody.Slices(8 << 20, new OneSlice(slice))));
    } catch (TooMuch tooMuch) {
      exchange.respond(TestServers.text(503, tooMuch.reason()).closing());
    }
  }

  @Test
  void records_of_tls_that_never_end(@TempDir Path directory) throws Exception {
    var made = Certificates.make(directory, "crowded");
    HttpSettings settings = settings().withTls(made.certificate(), made.privateKey());
    byte[] record = new byte[16_000]; // all but the end of a record of application data
    record[0] = 23;
    record[1] = 3;
    record[2] = 3;
    record[3] = 0x40;
    try (var server = HttpServer.start(settings, TestServers::echo)) {
      for (var i = 0; i < 60; i++) greedy(server).send(record);
      settle(server);
      assertThat(budgets(server).heads().used()).isBetween(300_000L, 400_000L);
      try (var other = new RawClient(Certificates.connect(OTHER, server.port()), 0)) {
        assertThat(other.send(GET.formatted(1)).reply().text()).isEqualTo("GET /1 ");
      }
    }
  }

  @Test
  void connections() throws Exception {
    HttpSettings settings = settings().withMaxConnections(40);
    try (var server = HttpServer.start(settings, TestServers::echo)) {
      for (var i = 0; i < 40; i++) greedy(server);
      while (server.counts().accepted() < 40) Thread.sleep(10);
      isServed(server);
      assertThat(server.counts().open()).isBetween(30L, 31L);
      assertThat(server.counts().refused()).isEqualTo(10);
    }
  }
}
