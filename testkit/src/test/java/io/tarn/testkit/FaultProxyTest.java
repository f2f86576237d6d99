package io.tarn.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each fault as a client sees it, before a server that gives ranges of some bytes and keeps what
/// it is sent.
class FaultProxyTest {
  private static final byte[] BYTES = "0123456789".repeat(1000).getBytes(ISO_8859_1);
  private static final String GET = "GET /b/k HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  private static final String PUT =
      "PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabcdefghij";

  private final List<String> received = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private HttpServer server;

  @SuppressWarnings("NullAway.Init") // before each test
  private FaultProxy proxy;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    proxy =
        FaultProxy.before(
            URI.create("http://127.0.0.1:%d".formatted(server.getAddress().getPort())));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String sent = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
      received.add(exchange.getRequestMethod() + " " + sent);
      String range = exchange.getRequestHeaders().getFirst("Range");
      byte[] body = range == null ? BYTES : Arrays.copyOfRange(BYTES, 10, 30);
      boolean chunked = exchange.getRequestURI().getPath().endsWith("chunked");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(
          range == null ? 200 : 206, head ? -1 : chunked ? 0 : body.length);
      if (!head) exchange.getResponseBody().write(body);
    }
  }

  /// What came until the end of a connection, and whether that was a reset.
  private record Outcome(String text, boolean reset) {
    String body() {
      return text.substring(text.indexOf("\r\n\r\n") + 4);
    }
  }

  private Outcome send(String request) throws IOException {
    var got = new ByteArrayOutputStream();
    try (var socket = new Socket(proxy.address().getHost(), proxy.address().getPort())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        byte[] piece = new byte[4096];
        for (int n = socket.getInputStream().read(piece);
            n >= 0;
            n = socket.getInputStream().read(piece)) {
          got.write(piece, 0, n);
        }
        return new Outcome(got.toString(ISO_8859_1), false);
      } catch (SocketException e) {
        return new Outcome(got.toString(ISO_8859_1), true);
      }
    }
  }

  private Outcome get(WireFault fault) throws IOException {
    proxy.rules(FaultRule.always(fault));
    return send(GET);
  }

  @Test
  void without_a_rule_everything_passes_as_it_is() throws Exception {
    assertThat(send(GET).body().getBytes(ISO_8859_1)).isEqualTo(BYTES);
    try (var client = HttpClient.newHttpClient()) {
      for (String path : List.of("/b/k", "/b/chunked", "/b/k?partNumber=1&uploadId=x")) {
        HttpRequest put =
            HttpRequest.newBuilder(proxy.address().resolve(path))
                .PUT(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(BYTES))) // in chunks
                .build();
        HttpResponse<byte[]> reply = client.send(put, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(reply.body()).isEqualTo(BYTES);
        assertThat(received.getLast()).isEqualTo("PUT " + new String(BYTES, ISO_8859_1));
      }
      HttpRequest head = HttpRequest.newBuilder(proxy.address().resolve("/b/k")).HEAD().build();
      assertThat(client.send(head, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
      HttpRequest waiting =
          HttpRequest.newBuilder(proxy.address().resolve("/b/k"))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(BYTES))
              .expectContinue(true)
              .build();
      assertThat(client.send(waiting, HttpResponse.BodyHandlers.ofByteArray()).body())
          .isEqualTo(BYTES);
    }
    assertThat(proxy.counts())
        .containsEntry("GET", 1)
        .containsEntry("PUT", 3)
        .containsEntry("PUT partNumber uploadId", 1)
        .containsEntry("HEAD", 1);
    assertThat(proxy.passed()).allMatch(each -> each.fault() == null && each.status() == 200);
  }

  @Test
  void latency_and_slowness_take_their_time_and_change_nothing() throws IOException {
    for (WireFault slow :
        List.of(
            new WireFault.Latency(Duration.ofMillis(300)),
            new WireFault.Bandwidth(BYTES.length * 3L))) {
      long begin = System.nanoTime();
      assertThat(get(slow).body().getBytes(ISO_8859_1)).isEqualTo(BYTES);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(200));
    }
    proxy.rules(FaultRule.always(new WireFault.SlowDrip(Duration.ofMillis(20))));
    long begin = System.nanoTime();
    String ranged = GET.replace("Connection", "Range: bytes=10-29\r\nConnection");
    assertThat(send(ranged).body()).isEqualTo("01234567890123456789");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(350));
  }

  @Test
  void a_reply_is_reset_cut_short_or_damaged_where_it_says() throws IOException {
    Outcome reset = get(new WireFault.ResetInReply(500));
    assertThat(reset.reset()).isTrue();
    assertThat(reset.text().length()).isLessThan(1000); // what came before may be lost
    Outcome cut = get(new WireFault.Truncated(500));
    assertThat(cut.reset()).isFalse();
    assertThat(cut.text().toLowerCase(java.util.Locale.ROOT)).contains("content-length: 10000");
    assertThat(cut.body()).hasSize(500);
    Outcome unnoticed = get(new WireFault.TruncatedUnnoticed(500));
    assertThat(unnoticed.text()).contains("Content-Length: 500").doesNotContain("10000");
    assertThat(unnoticed.body()).hasSize(500);
    byte[] flipped = get(new WireFault.FlippedInReply(1234)).body().getBytes(ISO_8859_1);
    assertThat(flipped).hasSameSizeAs(BYTES);
    assertThat(Arrays.mismatch(flipped, BYTES)).isEqualTo(1234);
    assertThat(flipped[1234] ^ BYTES[1234]).isEqualTo(1);
    assertThat(Arrays.equals(flipped, 1235, 10_000, BYTES, 1235, 10_000)).isTrue();
  }

  @Test
  void a_request_is_reset_or_damaged_on_its_way() throws IOException {
    proxy.rules(FaultRule.always(new WireFault.FlippedInRequest(3)));
    assertThat(send(PUT).text()).startsWith("HTTP/1.1 200");
    assertThat(received).containsExactly("PUT abceefghij");
    received.clear();
    proxy.rules(FaultRule.always(new WireFault.ResetInRequest(4)));
    assertThat(send(PUT).text()).isEmpty();
    assertThat(received).as("whole requests").isEmpty();
  }

  @Test
  void errors_come_without_the_server_being_asked() throws IOException {
    String slow = get(new WireFault.Refusal(503, "SlowDown", Duration.ofSeconds(7))).text();
    assertThat(slow).startsWith("HTTP/1.1 503").contains("Retry-After: 7", "<Code>SlowDown</Code>");
    assertThat(get(new WireFault.Refusal(500, "InternalError", null)).text())
        .startsWith("HTTP/1.1 500")
        .doesNotContain("Retry-After");
    assertThat(get(new WireFault.ErrorInSuccess("InternalError")).text())
        .startsWith("HTTP/1.1 200")
        .contains("<Error><Code>InternalError</Code>");
    assertThat(get(new WireFault.HtmlPage(502)).text())
        .startsWith("HTTP/1.1 502")
        .contains("text/html", "<!DOCTYPE html>");
    assertThat(get(new WireFault.WrongRegion("eu-west-1")).text())
        .startsWith("HTTP/1.1 301")
        .contains("x-amz-bucket-region: eu-west-1", "<Region>eu-west-1</Region>");
    assertThat(send(GET.replace("GET", "HEAD")).body()).isEmpty();
    assertThat(received).isEmpty();
    assertThat(proxy.befallen(WireFault.Refusal.class)).isEqualTo(2);
  }

  @Test
  void a_range_is_ignored() throws IOException {
    String ranged = GET.replace("Connection", "Range: bytes=10-29\r\nConnection");
    assertThat(send(ranged).text()).startsWith("HTTP/1.1 206");
    proxy.rules(FaultRule.always(new WireFault.RangeIgnored()));
    assertThat(send(ranged).text()).startsWith("HTTP/1.1 200");
    assertThat(send(ranged).body()).hasSize(BYTES.length);
    assertThat(proxy.counts()).containsEntry("GET range", 3);
  }

  @Test
  void a_reply_is_lost_after_the_server_did_what_it_was_asked_to() throws IOException {
    proxy.rules(FaultRule.always(new WireFault.ReplyLost()));
    assertThat(send(PUT)).isEqualTo(new Outcome("", true));
    assertThat(received).containsExactly("PUT abcdefghij");
    assertThat(proxy.passed()).extracting(FaultProxy.Passed::status).containsExactly(0);
  }

  @Test
  void connections_are_reset_refused_or_never_answered() throws IOException {
    assertThat(get(new WireFault.ResetAtOnce())).isEqualTo(new Outcome("", true));
    proxy.rules(FaultRule.always(new WireFault.Silence()));
    try (var socket = new Socket(proxy.address().getHost(), proxy.address().getPort())) {
      socket.setSoTimeout(300);
      socket.getOutputStream().write(GET.getBytes(ISO_8859_1));
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
    proxy.rules();
    proxy.refuse();
    assertThatThrownBy(() -> send(GET)).isInstanceOf(ConnectException.class);
    proxy.admit();
    assertThat(send(GET).text()).startsWith("HTTP/1.1 200");
    assertThat(received).hasSize(1);
  }

  @Test
  void rules_choose_by_method_target_number_and_chance() throws IOException {
    var refusal = new WireFault.Refusal(500, "InternalError", null);
    proxy.rules(
        FaultRule.always(refusal).method("PUT").nth(2),
        FaultRule.always(new WireFault.HtmlPage(502)).target("/other.*").from(2).times(2));
    assertThat(statuses(PUT, 4)).containsExactly(200, 500, 200, 200);
    assertThat(statuses(GET.replace("/b/k", "/other?x"), 5))
        .containsExactly(200, 502, 502, 200, 200);
    assertThat(statuses(GET, 2)).containsExactly(200, 200);
    List<List<Integer>> twice = new java.util.ArrayList<>();
    for (int i = 0; i < 2; i++) {
      proxy.rules(FaultRule.always(refusal).percent(30, 42));
      twice.add(statuses(GET, 40));
    }
    assertThat(twice.get(0)).isEqualTo(twice.get(1)).contains(200, 500);
    proxy.forget();
    assertThat(proxy.passed()).isEmpty();
  }

  private List<Integer> statuses(String request, int times) throws IOException {
    var statuses = new java.util.ArrayList<Integer>();
    for (int i = 0; i < times; i++) {
      statuses.add(Integer.parseInt(send(request).text().split(" ", -1)[1]));
    }
    return statuses;
  }
}
