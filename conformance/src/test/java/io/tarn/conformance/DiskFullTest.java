package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.conformance.Ledger.Content;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Full disks: writes are refused in S3's words, everything acknowledged stays, deletes work, and
/// when space returns so do writes, without a restart.
@Tag("slow")
class DiskFullTest {
  private static final String BUCKET = "full";
  private static final int MOST = 4000;
  private static final String SOON = "--index.reaper.grace=1s";

  private final long seed = Long.getLong("tarn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, Content> objects = new LinkedHashMap<>();

  @TempDir Path directory;

  @BeforeEach
  void needsRoot() {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: full disks on loop-mounted images");
    System.out.println("tarn.seed=" + seed);
  }

  @Test
  void a_full_volume_keeps_what_it_has_and_recovers() throws Exception {
    fillAndRecover("--disk.reserve=4MiB");
  }

  @Test
  void a_volume_that_is_full_in_mid_write_keeps_what_it_has_and_recovers() throws Exception {
    fillAndRecover("--disk.reserve=0");
  }

  @Test
  void garbage_does_not_wait_for_its_grace_while_space_is_short() throws Exception {
    try (var image = LoopImage.create(directory, "blobs", 64);
        var server =
            server(
                    image.directory().resolve("data"),
                    directory.resolve("meta"),
                    "--index.reaper.grace=1h",
                    "--disk.reserve=4MiB")
                .start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      var volume = new VolumeFiles(image.directory().resolve("data"));
      assertThat(fill(client, 1_000_000).statusCode()).isEqualTo(507);
      int full = volume.blobs().size();
      deleteHalf(client);
      Instant deadline = Instant.now().plusSeconds(15);
      while (volume.blobs().size() > full / 2 + 1) {
        assertThat(Instant.now()).as("waiting for %d blobs to go", full / 2).isBefore(deadline);
        ServerProcess.pause(100);
      }
      awaitWrite(client, 1_000_000);
      assertThat(damaged(client)).isEmpty();

      ServerProcess.pause(15_000); // there is room, and has been for a while
      int roomy = volume.blobs().size();
      client.deleteObject(r -> r.bucket(BUCKET).key("after"));
      ServerProcess.pause(5_000);
      assertThat(volume.blobs()).as("with room, garbage waits").hasSize(roomy);
    }
  }

  private void fillAndRecover(String reserve) throws Exception {
    try (var image = LoopImage.create(directory, "blobs", 64);
        var server =
            server(image.directory().resolve("data"), directory.resolve("meta"), SOON, reserve)
                .start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      S3Exception refusal = fill(client, 1_000_000);
      assertThat(refusal.statusCode()).isEqualTo(507);
      assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("InsufficientStorage");
      assertThat(refusal.requestId()).isNotBlank();
      assertThat(damaged(client)).isEmpty();
      String small = "small"; // metadata lies elsewhere and has room
      put(client, small, 100);
      deleteHalf(client);
      awaitWrite(client, 1_000_000);
      assertThat(damaged(client)).isEmpty();
      assertThat(server.ready()).as("a full disk is no broken disk").isTrue();
    }
  }

  @Test
  void full_metadata_keeps_what_it_has_and_recovers() throws Exception {
    try (var image = LoopImage.create(directory, "index", 256);
        var server =
            server(directory.resolve("data"), image.directory().resolve("meta"), SOON).start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      for (int i = 0; i < 50; i++) put(client, "first" + i, random.nextInt(60_000));
      awaitBallast(image.directory().resolve("meta/db/ballast"));
      Path filler = image.directory().resolve("filler");
      fillWith(filler, image);
      S3Exception refusal = fill(client, 60_000);
      assertThat(refusal.statusCode()).isEqualTo(507);
      assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("InsufficientStorage");
      assertThat(damaged(client)).isEmpty();
      deleteHalf(client);
      assertThat(damaged(client)).isEmpty();
      Files.delete(filler);
      awaitWrite(client, 60_000);
      assertThat(damaged(client)).isEmpty();
      awaitReady(server);
      server.kill();
      server.start();
      try (S3Client again = server.client()) {
        assertThat(damaged(again)).as("after a kill").isEmpty();
      }
    }
  }

  /// The reserve is there a few seconds after the start.
  private static void awaitBallast(Path ballast) throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    long before = -1;
    while (!Files.exists(ballast) || Files.size(ballast) != before) {
      before = Files.exists(ballast) ? Files.size(ballast) : -1;
      assertThat(Instant.now()).as("waiting for %s", ballast).isBefore(deadline);
      ServerProcess.pause(500);
    }
  }

  /// Somebody else's file takes the disk but for a few MiB.
  private static void fillWith(Path filler, LoopImage image) throws Exception {
    long free = image.directory().toFile().getUsableSpace();
    LoopImage.run("fallocate", "-l", Long.toString(free - (12 << 20)), filler.toString());
  }

  private ServerProcess server(Path data, Path metadata, String... more) {
    var words = new ArrayList<String>();
    words.add(data.toString());
    words.add("--metadata=" + metadata);
    words.add("--index.reaper.pace=100ms");
    words.addAll(List.of(more));
    return new ServerProcess(directory.resolve("log"), words.toArray(String[]::new));
  }

  /// Puts objects until one is refused.
  private S3Exception fill(S3Client client, int length) {
    for (int i = 0; i < MOST; i++) {
      try {
        put(client, "fill" + i, length);
      } catch (S3Exception e) {
        return e;
      }
    }
    throw new AssertionError("the disk is never full");
  }

  private void put(S3Client client, String key, int length) {
    var content = new Content(random.nextLong(), length);
    client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(content.bytes()));
    objects.put(key, content);
  }

  private void deleteHalf(S3Client client) {
    boolean odd = false;
    for (String key : List.copyOf(objects.keySet())) {
      odd = !odd;
      if (odd) continue;
      client.deleteObject(r -> r.bucket(BUCKET).key(key));
      objects.remove(key);
    }
  }

  private void awaitWrite(S3Client client, int length) {
    Instant deadline = Instant.now().plusSeconds(60);
    while (true) {
      try {
        put(client, "after", length);
        return;
      } catch (S3Exception e) {
        assertThat(e.statusCode()).isEqualTo(507);
        assertThat(Instant.now()).as("waiting for %s to pass", e).isBefore(deadline);
        ServerProcess.pause(200);
      }
    }
  }

  private static void awaitReady(ServerProcess server) {
    Instant deadline = Instant.now().plusSeconds(30);
    while (!server.ready()) {
      assertThat(Instant.now()).as("waiting to be ready").isBefore(deadline);
      ServerProcess.pause(100);
    }
  }

  /// Every object that is not exactly what was acknowledged, and every one too many.
  private List<String> damaged(S3Client client) {
    var wrong = new ArrayList<String>();
    objects.forEach(
        (key, content) -> {
          byte[] found = client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asByteArray();
          if (!java.util.Arrays.equals(found, content.bytes())) wrong.add(key);
        });
    var listed = new ArrayList<String>();
    client
        .listObjectsV2Paginator(r -> r.bucket(BUCKET))
        .contents()
        .forEach(item -> listed.add(item.key()));
    if (!listed.equals(objects.keySet().stream().sorted().toList())) wrong.add("listed " + listed);
    return wrong;
  }
}
