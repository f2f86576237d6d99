package io.tarn.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One client that holds as many admin requests as it can.
class ConsoleCrowdTest {
  private static final ConsoleSettings FOUR =
      RunningConsole.settings("--max-requests=4", "--body-time=2s");

  @TempDir Path directory;

  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void leave() throws IOException {
    for (Socket socket : sockets) socket.close();
  }

  /// The status line of the answer to a request whose body is announced and does not come.
  private String begin(RunningConsole console, String from, String line) throws IOException {
    var socket = new Socket();
    sockets.add(socket);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), console.server.port()));
    String head =
        "%s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n"
            .formatted(line, RunningConsole.TOKEN);
    int length = line.startsWith("GET") ? 0 : 10;
    head += "Content-Length: " + length + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    socket.setSoTimeout(length == 0 || from.equals("127.0.0.9") ? 20_000 : 300);
    try {
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))
          .readLine();
    } catch (java.net.SocketTimeoutException e) {
      return "";
    }
  }

  @Test
  void one_address_leaves_places_for_others_and_health_needs_none() throws Exception {
    try (var console = new RunningConsole(directory, FOUR)) {
      for (int i = 0; i < 3; i++) {
        assertThat(begin(console, "127.0.0.2", "PUT /admin/v1/policies/p")).isEmpty();
      }
      assertThat(begin(console, "127.0.0.2", "GET /admin/v1/status")).contains("503");
      assertThat(begin(console, "127.0.0.2", "GET /health/live")).contains("200");
      assertThat(begin(console, "127.0.0.3", "GET /admin/v1/status")).contains("200");
    }
  }

  @Test
  void a_body_that_does_not_come_has_its_time() throws Exception {
    try (var console = new RunningConsole(directory, FOUR)) {
      assertThat(begin(console, "127.0.0.9", "PUT /admin/v1/policies/p")).contains("400");
    }
  }
}
