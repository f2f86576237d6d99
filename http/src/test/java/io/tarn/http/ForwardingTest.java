package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.AddressRange;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakGuard.class)
class ForwardingTest {
  private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
  private static final Forwarding TRUSTING =
      new Forwarding(
          Stream.of("10.0.0.0/8", "fd00::/8")
              .map(text -> AddressRange.parse(text).orElseThrow())
              .toList());

  private static String client(InetAddress peer, Headers headers) throws Malformed {
    return TRUSTING.client(peer, false, headers).address().getHostAddress();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7|192.0.2.7",
        "6.6.6.6, 192.0.2.7|192.0.2.7",
        "unknown, <script>, 192.0.2.7|192.0.2.7",
        "192.0.2.7, 10.1.1.1, 10.2.2.2|192.0.2.7",
        "6.6.6.6,192.0.2.7,10.2.2.2|192.0.2.7",
        "192.0.2.7:4711|192.0.2.7",
        "[2001:db8::1]:4711|2001:db8:0:0:0:0:0:1",
        "2001:db8::1|2001:db8:0:0:0:0:0:1",
        "::ffff:192.0.2.7|192.0.2.7",
        "2001:db8::1, fd00::5|2001:db8:0:0:0:0:0:1",
        "10.3.3.3, 10.2.2.2|10.3.3.3"
      })
  void the_client_is_the_last_whom_no_trusted_proxy_is(String header, String client)
      throws Exception {
    assertThat(client(PROXY, Headers.of("X-Forwarded-For", header))).isEqualTo(client);
  }

  @Test
  void several_header_lines_are_one_list() throws Exception {
    var headers = Headers.of("X-Forwarded-For", "6.6.6.6", "x-forwarded-for", "192.0.2.7");
    assertThat(client(PROXY, headers)).isEqualTo("192.0.2.7");
  }

  @Test
  void without_the_header_the_proxy_asks_for_itself() throws Exception {
    assertThat(client(PROXY, Headers.EMPTY)).isEqualTo("10.0.0.1");
  }

  @Test
  void nobody_else_is_believed() throws Exception {
    var headers = Headers.of("X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https");
    var stranger = InetAddress.ofLiteral("198.51.100.1");
    assertThat(TRUSTING.client(stranger, false, headers))
        .isEqualTo(new RequestHead.Client(stranger, false));
    assertThat(new Forwarding(List.of()).client(PROXY, false, headers))
        .isEqualTo(new RequestHead.Client(PROXY, false));
  }

  @ParameterizedTest
  @CsvSource({
    "https, true",
    "HTTPS, true",
    "http, false",
    "'http,https', true",
    "'https, http', false"
  })
  void the_nearest_proxy_says_whether_it_was_tls(String header, boolean secure) throws Exception {
    var headers = Headers.of("X-Forwarded-Proto", header);
    assertThat(TRUSTING.client(PROXY, true, headers).secure()).isEqualTo(secure);
    assertThat(TRUSTING.client(PROXY, false, headers).secure()).isEqualTo(secure);
  }

  @Test
  void a_proxy_that_does_not_say_is_taken_for_its_connection() throws Exception {
    assertThat(TRUSTING.client(PROXY, true, Headers.EMPTY).secure()).isTrue();
    assertThat(TRUSTING.client(PROXY, false, Headers.EMPTY).secure()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "_hidden",
        "192.0.2.7, unknown",
        "example.com",
        "192.0.2.7:",
        "192.0.2.7:x",
        "192.0.2",
        "[2001:db8::1",
        "192.0.2.7, ",
        ","
      })
  void what_a_trusted_proxy_garbles_is_refused(String header) {
    assertThatThrownBy(() -> client(PROXY, Headers.of("X-Forwarded-For", header)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("X-Forwarded-For");
  }

  @Test
  void a_row_of_proxies_without_end_is_refused() {
    var headers = Headers.of("X-Forwarded-For", "10.0.0.2,".repeat(2000) + "10.0.0.2");
    assertThatThrownBy(() -> client(PROXY, headers)).isInstanceOf(Malformed.class);
  }

  @Test
  void shares_are_counted_by_client_behind_a_proxy_and_the_garbled_is_answered() throws Exception {
    var seen = new ArrayBlockingQueue<String>(4);
    HttpSettings behind =
        TestServers.LOOPBACK.behind(List.of(AddressRange.parse("127.0.0.1").orElseThrow()));
    try (var server =
        HttpServer.start(
            behind,
            exchange -> {
              seen.add(exchange.network() + " " + exchange.head().client().secure());
              exchange.respond(TestServers.text(200, "done"));
            })) {
      try (var client = new RawClient(server.port())) {
        client.send(
            "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto:"
                + " https\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(200);
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(200);
        client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: who\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(400);
      }
      assertThat(seen).containsExactly("192.0.2.7 true", "127.0.0.1 false");
    }
  }
}
