package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever two servers could read in two ways is answered once, and the connection closed: what
/// follows is never taken for a second request.
@ExtendWith(LeakGuard.class)
class MalformedRequestTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PUT / HTTP/1.1\r\n"
            + "Host: h\r\n"
            + "Content-Length: 6\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;\ra\r\na\r\n0\r\n\r\n",
      })
  void it_is_answered_once_and_the_connection_closed(String request) throws Exception {
    try (var server = TestServers.start(TestServers::echo);
        var client = new RawClient(server.port())) {
      String all = client.send(request + SMUGGLED).rest();
      assertThat(all).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n");
      assertThat(all.indexOf("HTTP/1.1", 1)).isNegative();
      assertThat(all).doesNotContain("smuggled");
    }
  }

  @Test
  void it_is_answered_as_well_when_it_is_not_the_first_of_its_connection() throws Exception {
    try (var server = TestServers.start(TestServers::echo);
        var client = new RawClient(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
      client.send("GET / HTTP/1.1\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void over_long_targets_and_headers_have_their_own_status() throws Exception {
    try (var server = TestServers.start(TestServers::echo)) {
      try (var client = new RawClient(server.port())) {
        client.send("GET /" + "x".repeat(17_000) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.rest()).startsWith("HTTP/1.1 414 ");
      }
      try (var client = new RawClient(server.port())) {
        client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(33_000) + "\r\n\r\n");
        assertThat(client.rest()).startsWith("HTTP/1.1 431 ");
      }
      try (var client = new RawClient(server.port())) {
        client.send("GET / HTTP/1.1\r\nHost: h\r\n" + "a:\r\n".repeat(512) + "\r\n");
        assertThat(client.rest()).startsWith("HTTP/1.1 431 ");
      }
      try (var client = new RawClient(server.port())) {
        client.send("GET /" + "x".repeat(16_000) + " HTTP/1.1\r\nHost: h\r\n");
        client.send("X: " + "x".repeat(32_000) + "\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void a_body_that_goes_wrong_after_its_response_began_gets_no_second_answer() throws Exception {
    try (var server =
            TestServers.start(exchange -> exchange.respond(TestServers.text(200, "early")));
        var client = new RawClient(server.port())) {
      client.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(client.reply().text()).isEqualTo("early");
      assertThat(client.send("nonsense\r\n" + SMUGGLED).rest()).isEmpty();
    }
  }

  @Test
  void the_handler_of_a_body_that_goes_wrong_is_told() throws Exception {
    var gone = new AtomicInteger();
    try (var server =
            TestServers.start(
                exchange -> {
                  try {
                    TestServers.echo(exchange);
                  } catch (ClientGone e) {
                    gone.incrementAndGet();
                    throw e;
                  }
                });
        var client = new RawClient(server.port())) {
      client.send(
          "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
      client.hangUp();
      assertThat(server.drain(TestServers.LONG)).isTrue();
      assertThat(gone).hasValue(1);
    }
  }
}
