package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.InvalidSettings;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.Service;
import io.tarn.store.StoreFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server signs requests to origins with is said nowhere; and what cannot be meant stops its
/// start.
class OriginSecretsTest {
  private static final String ROOT = "rootrootroot";
  private static final String PASSWORD = "passwordpassword";

  /// Each secret that there is, so that one search finds any of them.
  private static final String MARK = "s3cr3t-0f-an-0r1g1n";

  @TempDir Path directory;

  private final int farPort = WarmUp.freePort();

  OriginSecretsTest() throws IOException {}

  private List<String> flags(String name, String... further) throws IOException {
    var flags =
        new ArrayList<>(
            List.of(
                "--volumes=" + directory.resolve(name),
                "--address=127.0.0.1:" + WarmUp.freePort(),
                "--console-address=127.0.0.1:" + WarmUp.freePort(),
                "--drain=1s"));
    flags.addAll(List.of(further));
    return flags;
  }

  private Map<String, String> environment(String... further) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TARN_ROOT_USER", ROOT);
    environment.put("TARN_ROOT_PASSWORD", PASSWORD);
    for (int i = 0; i < further.length; i += 2) environment.put(further[i], further[i + 1]);
    return environment;
  }

  private static SignedHttp client(int port, Service service) {
    var signer = new RequestSigner(service, ROOT, new SecretKey(PASSWORD, 1), "us-east-1");
    return new SignedHttp("http://127.0.0.1:" + port, new SignedHttp.Pass.Keys(signer), null);
  }

  /// What everybody gets to see of a server whose origins refuse it, each in its own way.
  private String said(Assembly node) {
    var all = new StringBuilder(node.config().toString());
    all.append(node.origins().signing());
    var shell = new Shell(Map.of("TARN_VOLUMES", directory.resolve("near").toString()));
    for (String origin : List.of("fixed", "named", "found", "broken")) {
      Shell.Ran ran =
          shell.run("bucket", "link", "b-" + origin, "--origin", origin, "--from", "s3://photos");
      assertThat(ran.exit()).isNotEqualTo(ExitCode.OK);
      all.append(ran.out()).append(ran.err());
    }
    all.append(shell.run("status", "--json").out());
    try (SignedHttp admin = client(node.adminPort(), Service.ADMIN)) {
      all.append(admin.send("GET", "/metrics", new byte[0]).text());
    }
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    Banner.print(new Terminal(System.in, print, print, Map.of()), node);
    return all.append(out.toString(StandardCharsets.UTF_8)).toString();
  }

  @Test
  void no_secret_is_in_logs_errors_metrics_answers_or_texts_of_settings() throws IOException {
    Path profile =
        Files.writeString(
            directory.resolve("credentials"), "[lake]\naws_secret_access_key " + MARK + "\n");
    Map<String, String> environment =
        environment(
            "AWS_ACCESS_KEY_ID", "AKENV",
            "AWS_SECRET_ACCESS_KEY", MARK,
            "AWS_SESSION_TOKEN", MARK,
            "TARN_ORIGINS_FIXED_S3_SECRET_KEY", MARK,
            "TARN_ORIGINS_FIXED_S3_SESSION_TOKEN", MARK,
            "TARN_CREDENTIALS_LAKE_SECRET_KEY", MARK);
    String endpoint = "http://127.0.0.1:" + farPort;
    PrintStream out = System.out;
    PrintStream err = System.err;
    var logged = new ByteArrayOutputStream();
    var print = new PrintStream(logged, true, StandardCharsets.UTF_8);
    String said;
    System.setOut(print);
    System.setErr(print);
    try (Assembly far = start(flags("far"), environment());
        Assembly node =
            start(
                flags(
                    "near",
                    "--origins.fixed.s3.endpoint=http://127.0.0.1:" + far.s3Port(),
                    "--origins.fixed.s3.access-key=AKFIXED",
                    "--origins.named.s3.endpoint=http://127.0.0.1:" + far.s3Port(),
                    "--origins.named.s3.credentials=lake",
                    "--origins.found.s3.endpoint=" + endpoint,
                    "--origins.broken.s3.endpoint=" + endpoint,
                    "--origins.broken.s3.credentials=torn",
                    "--credentials.lake.kind=static",
                    "--credentials.lake.access-key=AKLAKE",
                    "--credentials.torn.kind=profile",
                    "--credentials.torn.profile=lake",
                    "--credentials.torn.credentials-file=" + profile,
                    "--credentials.torn.config-file=" + profile),
                environment)) {
      said = said(node);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(said)
        .contains("InvalidAccessKeyId", "without `=`", "cannot be reached", "AKLAKE")
        .contains("tarn_origin_away", "signed with the key of its settings")
        .doesNotContain(MARK);
    assertThat(logged.toString(StandardCharsets.UTF_8)).doesNotContain(MARK);
  }

  private static Assembly start(List<String> flags, Map<String, String> environment) {
    return Assembly.start(Configuration.read(environment, flags).value(), () -> "", environment);
  }

  @Test
  void what_cannot_be_meant_stops_the_start_and_says_what_to_change() throws IOException {
    String endpoint = "--origins.far.s3.endpoint=http://127.0.0.1:" + farPort;
    assertThatThrownBy(
            () ->
                Configuration.read(
                    environment(), flags("one", endpoint, "--origins.far.s3.credentials=lake")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("origins.far.s3.credentials is lake")
        .hasMessageContaining("set credentials.lake.kind");
    assertThatThrownBy(
            () ->
                Configuration.read(
                    environment("TARN_ORIGINS_FAR_S3_SECRET_KEY", MARK),
                    flags(
                        "one",
                        endpoint,
                        "--origins.far.s3.access-key=AK",
                        "--origins.far.s3.credentials=lake",
                        "--credentials.lake.kind=environment")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("both access-key and credentials");
    List<String> noCa =
        flags("two", endpoint, "--origins.far.s3.ca-file=" + directory.resolve("none.pem"));
    assertThatThrownBy(() -> start(noCa, environment()))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("origins.far.s3.ca-file")
        .hasMessageContaining("none.pem");
  }

  @Test
  void doctor_says_what_requests_to_origins_would_be_signed_with() throws IOException {
    Path data = directory.resolve("data");
    Files.createDirectories(data);
    Map<String, String> environment =
        environment(
            "TARN_VOLUMES",
            data.toString(),
            "TARN_CONSOLE_ADDRESS",
            "127.0.0.1:" + WarmUp.freePort(),
            "TARN_ORIGINS_FAR_S3_ENDPOINT",
            "http://127.0.0.1:" + farPort,
            "TARN_ORIGINS_LOST_S3_ENDPOINT",
            "http://127.0.0.1:" + farPort,
            "TARN_ORIGINS_LOST_S3_CREDENTIALS",
            "lake",
            "TARN_CREDENTIALS_LAKE_KIND",
            "profile",
            "TARN_CREDENTIALS_LAKE_PROFILE",
            "nobodys",
            "HOME",
            directory.toString());
    String found = new Shell(environment).run("doctor").out();
    assertThat(found)
        .contains("origin far: requests to", "NOT signed")
        .contains("no profile nobodys");
    environment.put("AWS_ACCESS_KEY_ID", "AKENV");
    environment.put("AWS_SECRET_ACCESS_KEY", MARK);
    assertThat(new Shell(environment).run("doctor").out())
        .contains("signed with the keys from: environment")
        .doesNotContain(MARK);
  }
}
