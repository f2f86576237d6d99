package io.tarn.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tarn.store.StoreFailure;
import io.tarn.upstream.OriginSettings.Addressing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An origin is believed by the CA that the settings name, and by its own name; what is wrong with
/// another is said.
class OriginTrustTest {
  private static final String PASSWORD = "not-a-secret";

  @TempDir static Path directory;
  private static Path ca;

  @BeforeAll
  static void certificates() throws Exception {
    make("ca", "-ext", "bc:critical=ca:true", "-ext", "ku=keyCertSign");
    make("other", "-ext", "bc:critical=ca:true", "-ext", "ku=keyCertSign");
    make("good", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
    make("elsewhere", "-signer", "ca", "-ext", "san=dns:elsewhere.example");
    make(
        "old", "-signer", "ca", "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "1");
    ca = pem("ca");
  }

  private static void make(String alias, String... more) throws Exception {
    var words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + alias,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                directory.resolve("keys.p12").toString()));
    words.addAll(List.of(more));
    Process tool =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(tool.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(tool.exitValue()).as(Files.readString(directory.resolve("keytool.log"))).isZero();
  }

  private static KeyStore store() throws Exception {
    return KeyStore.getInstance(directory.resolve("keys.p12").toFile(), PASSWORD.toCharArray());
  }

  private static Path pem(String alias) throws Exception {
    byte[] der = store().getCertificate(alias).getEncoded();
    String text =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END CERTIFICATE-----\n";
    return Files.writeString(directory.resolve(alias + ".pem"), text);
  }

  /// A server that shows this certificate.
  private static FarServer server(String alias) throws Exception {
    KeyStore all = store();
    char[] password = PASSWORD.toCharArray();
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    one.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(one, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    https.setHttpsConfigurator(new HttpsConfigurator(context));
    return new FarServer(https, _ -> FarServer.Answer.OBJECT);
  }

  private static S3Origin origin(FarServer far, String scheme, @Nullable Path ca) {
    return new S3Origin(
        FarServer.ORIGIN,
        FarServer.settings(far.url(scheme), Addressing.PATH, ca),
        () -> OriginKeys.NONE,
        new OriginMetrics(far.metrics),
        InstantSource.system());
  }

  private static void refuses(String alias, @Nullable Path ca, String why) throws Exception {
    try (FarServer far = server(alias);
        S3Origin origin = origin(far, "https", ca)) {
      assertThatThrownBy(() -> FarServer.read(origin, "key"))
          .isInstanceOf(StoreFailure.OriginUnreachable.class)
          .hasMessageContaining("far")
          .hasMessageContaining(why);
      assertThat(far.asked()).isEmpty();
    }
  }

  @Test
  void a_private_ca_is_believed_where_the_settings_name_it() throws Exception {
    try (FarServer far = server("good");
        S3Origin origin = origin(far, "https", ca)) {
      assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
    }
  }

  @Test
  void a_certificate_of_nobody_known_is_refused_and_says_so() throws Exception {
    refuses("good", null, "not trusted; name the CA in origins.far.s3.ca-file");
    refuses("good", pem("other"), "not trusted; name the CA in origins.far.s3.ca-file");
  }

  @Test
  void a_certificate_that_has_expired_is_refused_and_says_so() throws Exception {
    refuses("old", ca, "its certificate has expired");
  }

  @Test
  void a_certificate_for_another_name_is_refused_and_says_so() throws Exception {
    refuses("elsewhere", ca, "for another name than that of origins.far.s3.endpoint");
  }

  @Test
  void a_server_without_tls_is_told_from_one_with_a_bad_certificate() throws Exception {
    try (var plain = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        var far = FarServer.plain(_ -> FarServer.Answer.OBJECT);
        var origin =
            new S3Origin(
                FarServer.ORIGIN,
                FarServer.settings(
                    "https://127.0.0.1:" + plain.getLocalPort(), Addressing.PATH, ca),
                () -> OriginKeys.NONE,
                new OriginMetrics(far.metrics),
                InstantSource.system())) {
      Thread _ = Thread.ofVirtual().start(() -> answerInTheClear(plain));
      assertThatThrownBy(() -> FarServer.read(origin, "key"))
          .isInstanceOf(StoreFailure.OriginUnreachable.class)
          .hasMessageContaining("does not speak TLS");
    }
  }

  private static void answerInTheClear(ServerSocket plain) {
    byte[] answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII);
    try {
      while (true) {
        try (Socket client = plain.accept()) {
          client.getOutputStream().write(answer);
          byte[] _ = client.getInputStream().readNBytes(64);
        }
      }
    } catch (IOException e) {
      if (!plain.isClosed()) throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_file_that_has_no_ca_is_refused_when_the_origin_is_made() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "no certificate\n");
    for (Path file : List.of(empty, directory.resolve("none.pem"), directory)) {
      try (FarServer far = FarServer.plain(_ -> FarServer.Answer.OBJECT)) {
        assertThatThrownBy(() -> origin(far, "https", file))
            .isInstanceOf(StoreFailure.Unavailable.class)
            .hasMessageContaining("origins.far.s3.ca-file")
            .hasMessageContaining(file.toString());
      }
    }
  }
}
