package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tarn.settings.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminReachTest {
  @TempDir Path root;

  private static String banner(Assembly node) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    Banner.print(new Terminal(InputStream.nullInputStream(), print, print, Map.of()), node);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void connect(String host, int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new Address(host, port).toSocketAddress());
    }
  }

  /// The default's host, at a port that is free.
  @Test
  void by_default_no_other_address_leads_to_the_admin_api_and_the_banner_says_how_to_change_it()
      throws IOException {
    TarnConfig usual =
        Configuration.read(
                Map.of(),
                List.of(
                    "--volumes=" + root.resolve("data"),
                    "--address=127.0.0.1:" + WarmUp.freePort(),
                    "--drain=1s"),
                root)
            .value();
    int port = WarmUp.freePort();
    try (Assembly node =
        Assembly.start(usual.administeredAt(new Address(usual.consoleAddress().host(), port)))) {
      connect("127.0.0.1", port);
      assertThatExceptionOfType(ConnectException.class)
          .isThrownBy(() -> connect("127.0.0.2", port));
      assertThat(banner(node))
          .contains("from this machine only (--console-address=:%d opens it)".formatted(port));
    }
  }
}
