package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A disk is dead and the others are not: the server serves what it has, and never says of the rest
/// that it does not exist.
@Tag("slow")
class DegradedTest {
  private static final String BUCKET = "bucket";
  private static final int LARGE = 100_000;
  private static final int OBJECTS = 24;

  @TempDir Path directory;
  private Path one;
  private Path two;
  private List<String> onOne = List.of();
  private List<String> onTwo = List.of();

  /// Objects on both volumes, and one in the metadata.
  @BeforeEach
  void makeNode() throws Exception {
    one = directory.resolve("one");
    two = directory.resolve("two");
    try (ServerProcess server = server(one, two).start();
        S3Client client = server.client()) {
      client.createBucket(r -> r.bucket(BUCKET));
      client.putObject(r -> r.bucket(BUCKET).key("small"), RequestBody.fromString("small"));
      for (int i = 0; i < OBJECTS; i++) putLarge(client, "large" + i);
      assertThat(server.stop()).isZero();
    }
    // Which is where is seen when one of them is away.
    Path away = move(two, "away");
    try (ServerProcess server = server(one, "--degraded").start();
        S3Client client = server.client()) {
      onOne = new ArrayList<>();
      onTwo = new ArrayList<>();
      for (int i = 0; i < OBJECTS; i++) {
        (status(client, "large" + i) == 200 ? onOne : onTwo).add("large" + i);
      }
      assertThat(server.stop()).isZero();
    }
    Files.move(away, two);
    assertThat(onOne).hasSizeGreaterThan(2);
    assertThat(onTwo).hasSizeGreaterThan(2);
  }

  private ServerProcess server(Object... words) {
    var texts = new ArrayList<>(Stream.of(words).map(Object::toString).toList());
    texts.addAll(List.of("--index.reaper.grace=100ms", "--index.reaper.pace=100ms"));
    return new ServerProcess(directory.resolve("log"), texts.toArray(String[]::new));
  }

  private static byte[] content(String key) {
    return key.repeat(LARGE / key.length() + 1).getBytes(StandardCharsets.US_ASCII);
  }

  private static void putLarge(S3Client client, String key) {
    client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(content(key)));
  }

  private static int status(S3Client client, String key) {
    try {
      byte[] found = client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asByteArray();
      assertThat(found).isEqualTo(content(key));
      return 200;
    } catch (S3Exception e) {
      return e.statusCode();
    }
  }

  private Path move(Path from, String to) throws IOException {
    return Files.move(from, directory.resolve(to));
  }

  private static String id(Path volume) throws IOException {
    Matcher id =
        Pattern.compile("\"id\": \"([^\"]+)\"")
            .matcher(Files.readString(volume.resolve("volume.json")));
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  /// What is on the first volume is served; nothing of what is on the second is denied.
  private void servesWithoutTheSecond(ServerProcess server, S3Client client) throws IOException {
    assertThat(onOne).allMatch(key -> status(client, key) == 200);
    assertThat(onTwo).allMatch(key -> status(client, key) == 503);
    assertThat(client.listObjectsV2(r -> r.bucket(BUCKET)).keyCount()).isEqualTo(OBJECTS + 1);
    assertThat(client.getObjectAsBytes(r -> r.bucket(BUCKET).key("small")).asUtf8String())
        .isEqualTo("small");
    assertThat(client.headObject(r -> r.bucket(BUCKET).key(onTwo.getFirst())).contentLength())
        .isEqualTo(content(onTwo.getFirst()).length);
    putLarge(client, onTwo.getFirst());
    assertThat(status(client, onTwo.removeFirst())).isEqualTo(200);
    assertThat(server.ready()).isTrue();
  }

  @Test
  void told_so_a_server_starts_without_a_dead_volume_and_has_it_back_later() throws Exception {
    String id = id(two);
    Path away = move(two, "away");
    assertThatThrownBy(() -> server(one, two).start()).hasMessageContaining("--degraded");
    Files.createDirectory(two); // the bare mount point
    String deleted = onTwo.removeLast();
    try (ServerProcess server = server(one, two, "--degraded").start();
        S3Client client = server.client()) {
      servesWithoutTheSecond(server, client);
      client.deleteObject(r -> r.bucket(BUCKET).key(deleted));
      assertThat(status(client, deleted)).isEqualTo(404);
      assertThat(server.admin("GET", "volumes")).contains(id).contains("missing");
      assertThat(server.health("ready")).contains("volume " + id + " is missing");
      ServerProcess.pause(1000); // a few rounds of the collector
      assertThat(server.stop()).isZero();
    }
    assertThat(two).isEmptyDirectory();
    Files.delete(two);
    Files.move(away, two);
    try (ServerProcess server = server(one, two).start();
        S3Client client = server.client()) {
      assertThat(onTwo).allMatch(key -> status(client, key) == 200);
      assertThat(status(client, deleted)).isEqualTo(404);
      // What was deleted, and what was overwritten, leaves its bytes now.
      awaitBlobs(OBJECTS - 1);
      assertThat(onTwo).allMatch(key -> status(client, key) == 200);
    }
  }

  private void awaitBlobs(int count) throws IOException {
    int found = -1;
    for (int i = 0; i < 100 && found != count; i++) {
      ServerProcess.pause(100);
      found = new VolumeFiles(one).blobs().size() + new VolumeFiles(two).blobs().size();
    }
    assertThat(found).isEqualTo(count);
  }

  @Test
  void a_volume_that_is_forgotten_is_asked_for_no_more_and_may_come_back() throws Exception {
    String id = id(two);
    var there = TarnCommand.run("volume", "forget", id, "--data", one);
    assertThat(there.exit()).isEqualTo(1);
    assertThat(there.said()).contains("no volume that this node misses");
    Path away = move(two, "away");
    var forgotten = TarnCommand.run("volume", "forget", id, "--data", one);
    assertThat(forgotten.exit()).as(forgotten.said()).isZero();
    assertThat(TarnCommand.run("volume", "ls", "--data", one).said()).contains("forgotten");
    try (ServerProcess server = server(one).start();
        S3Client client = server.client()) {
      servesWithoutTheSecond(server, client);
      // Nobody waits for its bytes, so a delete is done with them.
      for (String key : onTwo) client.deleteObject(r -> r.bucket(BUCKET).key(key));
      client.deleteObject(r -> r.bucket(BUCKET).key(onOne.getFirst()));
      ServerProcess.pause(1000);
      assertThat(new VolumeFiles(one).blobs()).hasSize(onOne.size());
      assertThat(server.admin("GET", "volumes")).contains("forgotten");
      assertThat(server.stop()).isZero();
    }
    try (ServerProcess server = server(one, away).start();
        S3Client client = server.client()) {
      for (String key : onOne.subList(1, onOne.size())) {
        assertThat(status(client, key)).isEqualTo(200);
      }
      assertThat(server.admin("GET", "volumes")).doesNotContain("forgotten");
    }
  }

  @Test
  void a_running_server_forgets_a_missing_volume_and_no_other() throws Exception {
    String id = id(two);
    move(two, "away");
    try (ServerProcess server = server(one, "--degraded").start()) {
      assertThatThrownBy(() -> server.admin("DELETE", "volumes/" + id(one)))
          .hasMessageContaining("409");
      server.admin("DELETE", "volumes/" + id);
      assertThat(server.health("ready")).doesNotContain(id);
      assertThat(server.stop()).isZero();
    }
    try (ServerProcess server = server(one).start()) {
      assertThat(server.ready()).isTrue();
    }
  }

  @Test
  void a_directory_joins_a_node_when_it_is_asked_to() throws Exception {
    Path three = directory.resolve("three");
    Path four = directory.resolve("four");
    var added = TarnCommand.run("volume", "add", three, "--data", one);
    assertThat(added.exit()).as(added.said()).isZero();
    try (ServerProcess server = server(one, two).start()) { // nothing is missing before it was used
      server.admin("POST", "volumes", "{\"directory\": \"%s\"}".formatted(four));
      assertThatThrownBy(
              () -> server.admin("POST", "volumes", "{\"directory\": \"%s\"}".formatted(two)))
          .hasMessageContaining("is in use");
      assertThat(server.stop()).isZero();
    }
    try (ServerProcess server = server(four, two, one, three).start();
        S3Client client = server.client()) {
      for (int i = 0; i < 64; i++) putLarge(client, "more" + i);
      assertThat(new VolumeFiles(three).blobs()).isNotEmpty();
      assertThat(new VolumeFiles(four).blobs()).isNotEmpty();
      assertThat(server.stop()).isZero();
    }
    assertThatThrownBy(() -> server(one, two, three).start()).hasMessageContaining("are missing");
  }
}
