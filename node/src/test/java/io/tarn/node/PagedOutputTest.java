package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Lists whose later pages cannot be had.
class PagedOutputTest {
  @Test
  void a_document_is_whole_also_when_a_later_page_is_refused() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean first = exchange.getRequestURI().getQuery() == null;
          byte[] answer =
              (first
                      ? "{\"users\":[{\"name\":\"anna\"}],\"next\":\"anna\"}"
                      : "{\"code\":\"SlowDown\",\"message\":\"later\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(first ? 200 : 503, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      var shell =
          new Shell(
              Map.of(
                  "TARN_ADMIN", "http://127.0.0.1:" + server.getAddress().getPort(),
                  "TARN_ACCESS_KEY", "AK",
                  "TARN_SECRET_KEY", "secret"));
      Shell.Ran ran = shell.run("user", "ls", "--json");
      assertThat(ran.exit()).isNotEqualTo(ExitCode.OK);
      assertThat(ran.err()).startsWith("tarn: ").contains("later");
      assertThat(ran.json().path("users").path(0).path("name").asString("")).isEqualTo("anna");
      assertThat(ran.json().path("error").path("code").asString("")).isEqualTo("SlowDown");
      assertThat(ran.out()).endsWith("}\n");
    } finally {
      server.stop(0);
    }
  }
}
