package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.console.LinkRequest;
import io.tarn.node.FaultyOrigin.Outcome;
import io.tarn.store.BucketName;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bucket whose origin is nowhere: there is no host of the name, or no TLS where it should be.
class AbsentOriginTest {
  @TempDir Path directory;

  /// A server that had a bucket of this origin, which then went to another address.
  private void check(String endpoint) throws IOException {
    try (var world = new FaultyOrigin(directory)) {
      world.far("PUT", "/exclusive/key", new byte[1000]);
      assertThat(world.get("/exclusive/key").status()).isEqualTo(200);
      world.restart("--origins.exclusive.s3.endpoint=" + endpoint);
      for (String method : new String[] {"GET", "PUT", "DELETE"}) {
        Outcome outcome = world.near(method, "/exclusive/key", new byte[0]);
        assertThat(outcome.status()).as("%s: %s", method, outcome.text()).isIn(500, 503);
        assertThat(outcome.text())
            .containsAnyOf("origin of the bucket cannot be reached", "not known whether");
        assertThat(world.isTelltale(outcome.text())).isFalse();
        assertThat(outcome.took()).isLessThan(FaultyOrigin.PATIENCE);
      }
      assertThat(world.there("/exclusive/key").body()).hasSize(1000);
      var wanted = LinkRequest.to("exclusive", "exclusive", "deeper/");
      assertThatThrownBy(() -> world.link(new BucketName("another"), wanted))
          .isInstanceOf(StoreFailure.Unavailable.class)
          .hasMessageContaining("check origins.exclusive.s3");
      world.restart();
      assertThat(world.get("/exclusive/key").body()).hasSize(1000);
    }
  }

  @Test
  void a_host_that_nobody_knows_is_told_and_nothing_is_lost() throws IOException {
    check("http://no-such-host.invalid:9000");
  }

  @Test
  void an_origin_without_tls_where_it_should_be_is_told_and_nothing_is_lost() throws IOException {
    try (var plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerInPlain(plain));
      check("https://127.0.0.1:" + plain.getLocalPort());
    }
  }

  private static void answerInPlain(ServerSocket plain) {
    try {
      while (true) {
        try (Socket client = plain.accept()) {
          client.getInputStream().readNBytes(5);
          client
              .getOutputStream()
              .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      if (!plain.isClosed()) throw new IllegalStateException(e);
    }
  }
}
