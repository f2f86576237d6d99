package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.catalog.KeyPair;
import io.tarn.node.Shell.Ran;
import io.tarn.settings.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposureTest {
  private static final String HERE = "127.0.0.1:1";
  private static final String EVERYWHERE = ":1";

  @TempDir Path root;

  private Optional<String> found(String accessKey, String secret, String s3, String admin) {
    var flags = List.of("--address=" + s3, "--console-address=" + admin);
    TarnConfig config = Configuration.read(Map.of(), flags, root).value();
    return Exposure.of(config, new KeyPair(accessKey, Secret.of(secret)));
  }

  @ParameterizedTest
  @CsvSource({
    "minioadmin,minioadmin",
    "minio,minio123",
    "admin,password",
    "admin,changeme",
    "root,MinioAdmin",
    "somebody-new,somebody-new",
    "Somebody-New,somebody-new",
  })
  void a_password_that_everybody_tries_first_is_found_where_others_can_try_it(
      String accessKey, String secret) {
    assertThat(found(accessKey, secret, EVERYWHERE, HERE))
        .hasValueSatisfying(
            what -> assertThat(what).endsWith("can reach S3").doesNotContain(secret));
    assertThat(found(accessKey, secret, HERE, EVERYWHERE))
        .hasValueSatisfying(what -> assertThat(what).endsWith("can reach the admin API"));
    assertThat(found(accessKey, secret, EVERYWHERE, EVERYWHERE))
        .hasValueSatisfying(what -> assertThat(what).endsWith("can reach S3 and the admin API"));
    assertThat(found(accessKey, secret, HERE, HERE)).isEmpty();
  }

  @Test
  void another_password_is_not() {
    assertThat(found("minioadmin", "minioadmin-4711", EVERYWHERE, EVERYWHERE)).isEmpty();
  }

  @Test
  void the_warning_says_what_to_do() {
    var shown = new java.io.ByteArrayOutputStream();
    var out = new java.io.PrintStream(shown, true, java.nio.charset.StandardCharsets.UTF_8);
    Banner.warn(
        new Terminal(java.io.InputStream.nullInputStream(), out, out, Map.of()),
        found("minioadmin", "minioadmin", EVERYWHERE, HERE).orElseThrow());
    assertThat(shown.toString(java.nio.charset.StandardCharsets.UTF_8))
        .contains("WARNING", "can reach S3", "TARN_ROOT_PASSWORD");
  }

  private Ran doctor(String user, String password, String address) {
    return new Shell(
            Map.of(
                "TARN_VOLUMES", root.resolve("data").toString(),
                "MINIO_ROOT_USER", user,
                "MINIO_ROOT_PASSWORD", password,
                "MINIO_ADDRESS", address,
                "TARN_CONSOLE_ADDRESS", HERE))
        .run("doctor");
  }

  @Test
  void the_doctor_finds_it_too() {
    assertThat(doctor("minioadmin", "minioadmin", EVERYWHERE).out())
        .contains("FAIL  root password: ", "can reach S3", "TARN_ROOT_PASSWORD");
    assertThat(doctor("minioadmin", "minioadmin", HERE).out()).doesNotContain("root password");
    assertThat(doctor("minioadmin", "one-of-my-own", EVERYWHERE).out())
        .doesNotContain("root password");
  }
}
