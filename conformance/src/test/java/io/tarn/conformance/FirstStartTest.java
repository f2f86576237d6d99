package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;

/// What a server does not start on, and that it says why.
@Tag("slow")
class FirstStartTest {
  @TempDir Path directory;

  private ServerProcess server(String... words) {
    return new ServerProcess(directory.resolve("log"), words);
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  private void startOnce(String... words) throws Exception {
    try (ServerProcess server = server(words).start()) {
      assertThat(server.stop()).isZero();
    }
  }

  private void isRefused(String reason, String... words) {
    try (ServerProcess server = server(words)) {
      assertThatThrownBy(server::start)
          .isInstanceOf(ServerProcess.Ended.class)
          .hasMessageContaining("cannot start: ")
          .hasMessageContaining(reason)
          .matches(e -> ((ServerProcess.Ended) e).code() == 1);
    }
  }

  @Test
  void the_metadata_directory_is_for_its_owner_only() throws Exception {
    startOnce(data());
    assertThat(Files.getPosixFilePermissions(Path.of(data(), ".tarn")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void a_volume_that_is_a_file_is_named_and_left_as_it_is() throws Exception {
    Path file = Files.writeString(directory.resolve("data"), "somebody's");
    isRefused(file + " is a file; name a directory", file.toString());
    isRefused(
        file + " is a file; name a directory",
        directory.resolve("one").toString(),
        file.toString());
    assertThat(Files.readString(file)).isEqualTo("somebody's");
    isRefused(file + " is a file; name a directory", file + "/below");
  }

  @Test
  void a_certificate_that_is_not_there_is_named() throws Exception {
    String missing = directory.resolve("missing.pem").toString();
    isRefused(
        "there is no " + missing,
        data(),
        "--http.certificate=" + missing,
        "--http.private-key=" + missing);
  }

  /// One file, what is changed in it, and what is said of it.
  private record Foreign(String file, String from, String to, String said) {}

  @Test
  void what_an_older_program_must_not_touch_is_refused_and_what_it_may_pass_over_is_kept()
      throws Exception {
    startOnce(data());
    for (Foreign each :
        List.of(
            new Foreign("volume.json", "\"format\": 2", "\"format\": 3", "has format 3"),
            new Foreign(".tarn/node.json", "\"format\":2", "\"format\":3", "has format 3"),
            new Foreign(
                "volume.json",
                "\"incompat\": [",
                "\"incompat\": [\"mirror\", ",
                "does not know: mirror; use a Tarn that knows it"),
            new Foreign(
                ".tarn/node.json",
                "\"incompat\":[]",
                "\"incompat\":[\"mirror\"]",
                "does not know: mirror; use a Tarn that knows it"))) {
      Path file = Path.of(data()).resolve(each.file);
      String good = Files.readString(file);
      replace(file, each.from, each.to);
      isRefused(each.said, data());
      Files.writeString(file, good);
    }
    Path volume = Path.of(data(), "volume.json");
    Path node = Path.of(data(), ".tarn/node.json");
    replace(volume, "\"compat\": []", "\"compat\": [\"colour=blue\"]");
    replace(node, "\"compat\":[]", "\"compat\":[\"colour=blue\"]");
    startOnce(data());
    assertThat(Files.readString(volume)).contains("colour=blue");
    assertThat(Files.readString(node)).contains("colour=blue");
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  @Test
  void one_directory_is_for_one_server_and_the_second_does_the_first_no_harm() throws Exception {
    byte[] bytes = new Ledger.Content(1, 3_000_000).bytes();
    try (ServerProcess first = server(data()).start();
        S3Client client = first.client()) {
      client.createBucket(request -> request.bucket("first"));
      var body =
          RequestBody.fromContentProvider(halfway(bytes), bytes.length, "application/octet-stream");
      client.putObject(request -> request.bucket("first").key("key"), body);
      byte[] found = client.getObjectAsBytes(r -> r.bucket("first").key("key")).asByteArray();
      assertThat(found).isEqualTo(bytes);
      assertThat(first.ready()).isTrue();
    }
  }

  /// A body in whose middle a second server is started on the same directory.
  private ContentStreamProvider halfway(byte[] bytes) {
    return () ->
        new java.io.ByteArrayInputStream(bytes) {
          private boolean tried;

          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            if (pos > bytes.length / 2 && !tried) {
              tried = true;
              isRefused("is in use: another server runs on it", data());
            }
            return super.read(into, offset, Math.min(length, 64 << 10));
          }
        };
  }

  @Test
  void one_metadata_directory_is_for_one_server() throws Exception {
    String metadata = "--metadata=" + directory.resolve("meta");
    try (ServerProcess first = server(data(), metadata).start()) {
      Path copy = Files.createDirectory(directory.resolve("copy"));
      Files.copy(Path.of(data(), "volume.json"), copy.resolve("volume.json"));
      isRefused("is in use: another server runs on it", copy.toString(), metadata);
      assertThat(first.ready()).isTrue();
    }
  }

  @Test
  void a_directory_named_twice_is_refused() throws Exception {
    isRefused("named twice", data(), data() + "/../data");
    assertThat(directory.resolve("data")).doesNotExist();
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("data"));
    startOnce(data());
    isRefused("named twice", data(), link.toString());
  }

  @Test
  void a_directory_that_cannot_be_made_is_named() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    isRefused(file.resolve("data").toString(), file.resolve("data").toString());
  }

  @Test
  void a_disk_without_permission_to_write_is_named() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: a disk mounted read-only");
    try (var image = LoopImage.create(directory, "disk", 64)) {
      LoopImage.run("mount", "-o", "remount,ro", image.directory().toString());
      String data = image.directory().resolve("data").toString();
      isRefused(data, data);
    }
  }

  @Test
  void a_server_that_is_told_to_end_while_it_starts_ends_well() throws Exception {
    try (ServerProcess server = server(data())) {
      Process process = server.launch();
      while (process.isAlive() && Files.notExists(Path.of(data(), "volume.json"))) {
        ServerProcess.pause(1);
      }
      assertThat(server.stop()).isZero();
      server.start();
      assertThat(server.ready()).isTrue();
    }
  }

  @Test
  void an_object_acknowledged_just_before_sigterm_is_there_after_the_restart() throws Exception {
    try (ServerProcess server = server(data()).start()) {
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket("last"));
        client.putObject(r -> r.bucket("last").key("key"), RequestBody.fromString("value"));
      }
      assertThat(server.stop()).isZero();
      server.start();
      try (S3Client client = server.client()) {
        String found = client.getObjectAsBytes(r -> r.bucket("last").key("key")).asUtf8String();
        assertThat(found).isEqualTo("value");
      }
      var live =
          (HttpURLConnection)
              server.endpoint().resolve("/minio/health/live").toURL().openConnection();
      assertThat(live.getResponseCode()).isEqualTo(200);
    }
  }
}
