package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.conformance.Ledger.Content;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A disk that dies under load: it takes no writes any more, health says that the server is
/// degraded and not that it is dead, what lies on the other disk is served, and nobody is told that
/// something is not there.
@Tag("slow")
class BrokenVolumeTest {
  private static final String BUCKET = "broken";

  private final Map<String, Content> objects = new TreeMap<>();

  @TempDir Path directory;

  @Test
  void one_dead_disk_of_two_is_fenced_and_the_other_serves() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: a file system that is shut down");
    try (var dying = LoopImage.create(directory, "dying", 200);
        var healthy = LoopImage.create(directory, "healthy", 200);
        var server =
            new ServerProcess(
                directory.resolve("log"),
                dying.directory().resolve("data").toString(),
                healthy.directory().resolve("data").toString(),
                "--metadata=" + directory.resolve("meta"),
                "--disk.reserve=1MiB")) {
      server.start();
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket(BUCKET));
        for (int i = 0; i < 40; i++) put(client, "before" + i);
        dying.shutDown();
        int refused = putMany(client);
        assertThat(refused).as("writes that met the dying disk").isBetween(0, 20);
        assertThat(server.health("ready")).containsOnlyOnce("takes no writes");
        for (int i = 0; i < 10; i++) put(client, "fenced" + i);
        int unreadable = read(client);
        assertThat(unreadable).isBetween(1, objects.size() - 10);
      }
    }
  }

  /// Until a write has met the dying disk, and some more.
  private int putMany(S3Client client) {
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      try {
        put(client, "during" + i);
      } catch (S3Exception e) {
        assertThat(e.statusCode()).isEqualTo(503);
        refused++;
      }
    }
    return refused;
  }

  private void put(S3Client client, String key) {
    var content = new Content(key.hashCode(), 300_000);
    client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(content.bytes()));
    objects.put(key, content);
  }

  /// Each object is right or refused; returns how many were refused.
  private int read(S3Client client) {
    int refused = 0;
    for (Map.Entry<String, Content> each : objects.entrySet()) {
      try {
        byte[] found =
            client.getObjectAsBytes(r -> r.bucket(BUCKET).key(each.getKey())).asByteArray();
        assertThat(Arrays.equals(found, each.getValue().bytes())).isTrue();
      } catch (S3Exception e) {
        assertThat(e.statusCode()).as(each.getKey()).isGreaterThanOrEqualTo(500);
        refused++;
      }
    }
    return refused;
  }
}
