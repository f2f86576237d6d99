package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands to a server that has a certificate, by a name that is not believed of itself.
class CommandTlsTest {
  private static final String ROOT = "rootrootroot";
  private static final String SECRET = "secretsecretsecret";
  private static final String PASSWORD = "not-a-secret";

  @TempDir static Path directory;
  private static Path certificate;
  private static Assembly secure;
  private static Assembly plain;

  @BeforeAll
  static void start() throws Exception {
    certificate = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    make(directory.resolve("keys.p12"), key);
    secure = node("secure", "--http.certificate=" + certificate, "--http.private-key=" + key);
    plain = node("plain", "--drain=1s");
  }

  private static Assembly node(String name, String... more) throws IOException {
    var flags =
        new java.util.ArrayList<>(
            List.of(
                "--volumes=" + directory.resolve(name),
                "--address=127.0.0.1:" + WarmUp.freePort(),
                "--console-address=127.0.0.1:" + WarmUp.freePort()));
    flags.addAll(List.of(more));
    var root = Map.of("TARN_ROOT_USER", ROOT, "TARN_ROOT_PASSWORD", SECRET);
    return Assembly.start(Configuration.read(root, flags).value());
  }

  private static void make(Path store, Path key) throws Exception {
    Process tool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(tool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(tool.exitValue()).isZero();
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    pem(key, "PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded());
    pem(certificate, "CERTIFICATE", keys.getCertificate("a").getEncoded());
  }

  private static void pem(Path file, String what, byte[] bytes) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what));
  }

  @AfterAll
  static void stop() {
    secure.close();
    plain.close();
  }

  private static Shell.Ran status(String url, Map<String, String> more, String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "status";
    System.arraycopy(words, 0, all, 1, words.length);
    return run(url, more, all);
  }

  private static Shell.Ran run(String url, Map<String, String> more, String... words) {
    var environment = new java.util.HashMap<>(more);
    environment.put("TARN_ACCESS_KEY", ROOT);
    environment.put("TARN_SECRET_KEY", SECRET);
    environment.put("TARN_ADMIN", url);
    return new Shell(environment).run(words);
  }

  private static String url(String scheme, Assembly node) {
    return scheme + "://localhost:" + node.adminPort();
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused_with_what_to_do() {
    Shell.Ran ran = status(url("https", secure), Map.of());
    assertThat(ran.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ran.err()).contains("is not trusted").contains("--ca-file");
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void one_that_is_named_is_believed() {
    String file = certificate.toString();
    assertThat(status(url("https", secure), Map.of(), "--ca-file", file).exit())
        .isEqualTo(ExitCode.OK);
    assertThat(status(url("https", secure), Map.of("TARN_CA_FILE", file)).exit())
        .isEqualTo(ExitCode.OK);
  }

  @Test
  void a_file_without_certificates_is_named() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing");
    for (Path file : List.of(empty, directory.resolve("missing.pem"), directory)) {
      Shell.Ran ran = status(url("https", secure), Map.of(), "--ca-file", file.toString());
      assertThat(ran.exit()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("the CA file " + file).contains("PEM");
    }
  }

  @Test
  void a_certificate_is_read_again_when_asked_and_one_that_is_none_changes_nothing()
      throws IOException {
    String admin = url("https", secure);
    var trust = Map.of("TARN_CA_FILE", directory.resolve("trusted.pem").toString());
    String good = Files.readString(certificate);
    Files.writeString(directory.resolve("trusted.pem"), good);
    assertThat(run(admin, trust, "certificate", "reload").out())
        .isEqualTo("the certificate was read again\n");
    Files.writeString(certificate, "nonsense");
    try {
      Shell.Ran ran = run(admin, trust, "certificate", "reload");
      assertThat(ran.exit()).isEqualTo(ExitCode.FAILURE);
      assertThat(ran.err()).contains("the one before stays in use");
      assertThat(status(admin, trust).exit()).isEqualTo(ExitCode.OK);
    } finally {
      Files.writeString(certificate, good);
    }
  }

  @Test
  void the_other_scheme_is_named_where_the_wrong_one_was_used() {
    Shell.Ran toPlain = status(url("https", plain), Map.of());
    assertThat(toPlain.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(toPlain.err()).contains("does not speak TLS").contains("write http://");
    Shell.Ran toSecure = status(url("http", secure), Map.of());
    assertThat(toSecure.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(toSecure.err()).contains("write https://");
  }
}
