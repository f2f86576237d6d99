package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.handler.ssl.OpenSsl;
import io.tarn.http.HttpSettings.Timeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
@ExtendWith(LeakGuard.class)
class TlsTest {
  @TempDir static Path made;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Certificates rsa;

  @TempDir Path directory;

  private HttpSettings settings = TestServers.LOOPBACK;

  @BeforeAll
  static void makeCertificates() throws Exception {
    Certificates.make(Files.createDirectory(made.resolve("first")), "first");
    Certificates.make(Files.createDirectory(made.resolve("second")), "second");
    rsa = Certificates.makeRsa(Files.createDirectory(made.resolve("rsa")), "rsa");
  }

  @BeforeEach
  void installTheFirst() throws Exception {
    install("first");
    settings =
        TestServers.LOOPBACK.withTls(directory.resolve("cert.pem"), directory.resolve("key.pem"));
  }

  private void install(String name) throws IOException {
    for (var file : List.of("cert.pem", "key.pem")) {
      Files.copy(
          made.resolve(name).resolve(file),
          directory.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void boringssl_is_used_where_it_is_built_for() {
    boolean x86Linux =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    assertThat(OpenSsl.isAvailable()).isEqualTo(x86Linux);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, TLS_AES_256_GCM_SHA384, true",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, true",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, true",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, true",
    "TLSv1.2, TLS_RSA_WITH_AES_128_GCM_SHA256, false",
    "TLSv1.2, TLS_RSA_WITH_AES_128_CBC_SHA, false",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, false",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, false",
    "TLSv1.1, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, false"
  })
  void only_suites_with_forward_secrecy_and_without_cbc_are_agreed_on(
      String protocol, String suite, boolean agreed) throws Exception {
    assumeThat(OpenSsl.isAvailable()).isTrue();
    HttpSettings offered = TestServers.LOOPBACK.withTls(rsa.certificate(), rsa.privateKey());
    try (var server = HttpServer.start(offered, TestServers::echo)) {
      assertThat(Certificates.agrees(server.port(), protocol, suite)).isEqualTo(agreed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rw-------, true",
    "rw-r-----, true",
    "rw-r--r--, false",
    "rw--w----, false",
    "rw-----w-, false"
  })
  void a_key_that_others_can_read_or_replace_is_reported(String permissions, boolean fine)
      throws Exception {
    Path key = directory.resolve("key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
    assertThat(KeyFile.exposure(key).isEmpty()).isEqualTo(fine);
    if (!fine) assertThat(KeyFile.exposure(key).orElseThrow()).contains("chmod 600", "key.pem");
  }

  @Test
  void requests_and_responses_go_through_tls() throws Exception {
    try (var server = HttpServer.start(settings, TestServers::echo);
        var client = new RawClient(Certificates.connect(server.port()), 0)) {
      for (var i = 0; i < 3; i++) {
        client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 40000\r\n\r\n");
        client.send("x".repeat(40_000));
        assertThat(client.reply().text()).isEqualTo("PUT /a " + "x".repeat(40_000));
      }
    }
  }

  @Test
  void files_go_through_tls() throws Exception {
    var content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    var path = Files.write(directory.resolve("content"), content);
    try (var file = FileChannel.open(path, StandardOpenOption.READ);
        var server =
            HttpServer.start(
                settings,
                exchange -> {
                  assertThat(exchange.head().client().secure()).isTrue();
                  assertThat(exchange.head().tls()).matches("1[.][23]");
                  var whole = new OneSlice(FileBytes.slice(file, 0, content.length));
                  exchange.respond(
                      new Response(
                          200, Headers.EMPTY, new ResponseBody.Slices(content.length, whole)));
                });
        var client = new RawClient(Certificates.connect(server.port()), 0)) {
      for (var i = 0; i < 3; i++) {
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.reply().body()).isEqualTo(content);
      }
    }
  }

  @Test
  void a_closed_tls_connection_ends_properly() throws Exception {
    try (var server = HttpServer.start(settings, TestServers::echo);
        var client = new RawClient(Certificates.connect(server.port()), 0)) {
      client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      // The JDK's client throws on an end without close_notify.
      assertThat(client.reply().status()).isEqualTo(200);
      assertThat(client.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void plain_http_to_a_tls_port_is_hung_up_on() throws Exception {
    try (var server = HttpServer.start(settings, TestServers::echo);
        var client = new RawClient(server.port())) {
      assertThat(client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").rest())
          .doesNotContain("HTTP/1.1");
      assertThat(server.counts().requests()).isZero();
    }
  }

  @Test
  void a_client_that_disconnects_from_a_tls_download_is_noticed() throws Exception {
    var ends = new ArrayBlockingQueue<EndlessSlices>(1);
    try (var server =
            HttpServer.start(
                settings,
                exchange -> {
                  var source = new EndlessSlices(new byte[300_000]);
                  var endless = new ResponseBody.Slices(1L << 50, source);
                  assertThatThrownBy(
                          () -> exchange.respond(new Response(200, Headers.EMPTY, endless)))
                      .isInstanceOf(ClientGone.class);
                  ends.add(source);
                });
        var client = new RawClient(Certificates.connect(server.port()), 0)) {
      client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.read(new byte[1000])).isPositive();
      client.hangUp();
      var source = TestServers.take(ends);
      assertThat(source.closed).hasValue(1);
      assertThat(source.outstanding).hasValue(0);
    }
  }

  @Test
  void a_new_certificate_is_taken_up_while_old_connections_go_on() throws Exception {
    try (var server = HttpServer.start(settings, TestServers::echo);
        var before = Certificates.connect(server.port());
        var client = new RawClient(before, 0)) {
      assertThat(Certificates.shownBy(before)).isEqualTo("CN=first");
      install("second");
      server.reloadTls();
      try (var after = Certificates.connect(server.port())) {
        assertThat(Certificates.shownBy(after)).isEqualTo("CN=second");
      }
      client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void a_changed_certificate_is_noticed() throws Exception {
    var often = Duration.ofMillis(20);
    Timeouts times = Timeouts.DEFAULTS;
    HttpSettings watching =
        settings.with(
            new Timeouts(
                times.header(),
                times.idle(),
                times.bodyStall(),
                times.responseStall(),
                times.linger(),
                often));
    try (var server = HttpServer.start(watching, TestServers::echo)) {
      install("second");
      for (var shown = ""; !shown.equals("CN=second"); ) {
        try (var socket = Certificates.connect(server.port())) {
          shown = Certificates.shownBy(socket);
        }
      }
    }
  }

  @Test
  void an_unusable_certificate_is_refused_and_the_old_one_stays() throws Exception {
    try (var server = HttpServer.start(settings, TestServers::echo)) {
      Files.writeString(directory.resolve("cert.pem"), "nonsense");
      assertThatThrownBy(server::reloadTls).isInstanceOf(UncheckedIOException.class);
      try (var socket = Certificates.connect(server.port())) {
        assertThat(Certificates.shownBy(socket)).isEqualTo("CN=first");
      }
    }
    assertThatThrownBy(() -> HttpServer.start(settings, TestServers::echo))
        .isInstanceOf(UncheckedIOException.class);
  }
}
