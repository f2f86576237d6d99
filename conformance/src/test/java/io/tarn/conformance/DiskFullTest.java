package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.conformance.Ledger.Content;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
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
        ServerProcess server =
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
        ServerProcess server =
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
        ServerProcess server =
            server(directory.resolve("data"), image.directory().resolve("meta"), SOON).start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      for (int i = 0; i < 50; i++) put(client, "first" + i, random.nextInt(60_000));
      awaitBallast(image.directory().resolve("meta/db/ballast"));
      fillWith(image.directory().resolve("filler"), image, 80);
      S3Exception refusal = fill(client, 60_000);
      assertThat(refusal.statusCode()).isEqualTo(507);
      assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("InsufficientStorage");
      assertThat(damaged(client)).isEmpty();
      ServerProcess.pause(30_000); // longer than any lease
      deleteHalf(client);
      assertThat(damaged(client)).isEmpty();
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

  /// As most are set up: metadata in the volume, on the one disk there is.
  @Test
  void a_disk_that_blobs_and_metadata_share_is_emptied_by_deleting() throws Exception {
    try (var image = LoopImage.create(directory, "shared", 320);
        ServerProcess server = shared(image, "--disk.reserve=16MiB").start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      awaitBallast(image.directory().resolve("data/.tarn/db/ballast"));
      fillWith(image.directory().resolve("filler"), image, 110);
      for (int i = 0; i < 20; i++) put(client, "large" + i, 1_000_000);
      assertThat(fill(client, 60_000).statusCode()).isEqualTo(507);
      ServerProcess.pause(30_000);
      assertThat(damaged(client)).isEmpty();
      deleteHalf(client);
      assertThat(damaged(client)).isEmpty();
      awaitWrite(client, 60_000);
      awaitWrite(client, 1_000_000);
      assertThat(damaged(client)).isEmpty();
      awaitReady(server);
    }
  }

  /// What ends something is taken on a full disk: delete markers, the deletion of the newest
  /// version (which puts the one before in its place), the end of uploads, of buckets.
  @Test
  void a_versioned_bucket_on_a_full_disk_is_emptied_and_deleted_by_its_user() throws Exception {
    try (var image = LoopImage.create(directory, "shared", 320);
        ServerProcess server =
            shared(image, "--disk.reserve=16MiB", "--index.smallest-part=0").start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      client.putBucketVersioning(
          request ->
              request
                  .bucket(BUCKET)
                  .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) put(client, "key" + i, 1000 + i);
      }
      String finished = begunUpload(client, "finished");
      String given = begunUpload(client, "given-up");
      awaitBallast(image.directory().resolve("data/.tarn/db/ballast"));
      fillWith(image.directory().resolve("filler"), image, 60);
      assertThat(fill(client, 60_000).statusCode()).isEqualTo(507);
      ServerProcess.pause(30_000);

      String part =
          client
              .listParts(r -> r.bucket(BUCKET).key("finished").uploadId(finished))
              .parts()
              .getFirst()
              .eTag();
      CompletedPart only = CompletedPart.builder().partNumber(1).eTag(part).build();
      client.completeMultipartUpload(
          r ->
              r.bucket(BUCKET)
                  .key("finished")
                  .uploadId(finished)
                  .multipartUpload(CompletedMultipartUpload.builder().parts(only).build()));
      client.abortMultipartUpload(r -> r.bucket(BUCKET).key("given-up").uploadId(given));
      for (int i = 0; i < 100; i++) {
        String key = "key" + i;
        client.deleteObject(r -> r.bucket(BUCKET).key(key));
      }
      int deleted = 0;
      for (ListObjectVersionsResponse page :
          client.listObjectVersionsPaginator(r -> r.bucket(BUCKET))) {
        for (var marker : page.deleteMarkers()) {
          deleted += delete(client, marker.key(), marker.versionId());
        }
        for (var version : page.versions()) {
          deleted += delete(client, version.key(), version.versionId());
        }
      }
      assertThat(deleted).isGreaterThan(400);
      client.deleteBucket(r -> r.bucket(BUCKET));
      objects.clear();
      awaitRoom(() -> client.createBucket(request -> request.bucket(BUCKET)));
      awaitWrite(client, 60_000);
    }
  }

  private static String begunUpload(S3Client client, String key) {
    String upload = client.createMultipartUpload(r -> r.bucket(BUCKET).key(key)).uploadId();
    client.uploadPart(
        r -> r.bucket(BUCKET).key(key).uploadId(upload).partNumber(1),
        RequestBody.fromBytes(new byte[100_000]));
    return upload;
  }

  private static int delete(S3Client client, String key, String version) {
    client.deleteObject(r -> r.bucket(BUCKET).key(key).versionId(version));
    return 1;
  }

  /// Many at once, of which each fits and all together do not.
  @Test
  void uploads_at_once_leave_the_reserve_to_the_metadata() throws Exception {
    try (var image = LoopImage.create(directory, "shared", 320);
        ServerProcess server = shared(image, "--disk.reserve=48MiB").start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      awaitBallast(image.directory().resolve("data/.tarn/db/ballast"));
      var least = new AtomicLong(Long.MAX_VALUE);
      var codes = new ConcurrentHashMap<Integer, Integer>();
      var over = new AtomicBoolean();
      Thread watch = Thread.ofPlatform().start(() -> watch(image, least, over));
      byte[] body = new byte[24 << 20];
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 48; i++) {
          String key = "upload" + i;
          threads.execute(
              () -> {
                try {
                  client.putObject(r -> r.bucket(BUCKET).key(key), shared(body));
                  codes.merge(200, 1, Integer::sum);
                } catch (S3Exception e) {
                  codes.merge(e.statusCode(), 1, Integer::sum);
                }
              });
        }
      }
      over.set(true);
      watch.join();
      assertThat(codes.keySet()).as("%s", codes).containsExactlyInAnyOrder(200, 507);
      assertThat(least.get()).as("least free").isGreaterThan(32L << 20);
      put(client, "small", 1000);
      assertThat(server.ready()).isTrue();
    }
  }

  private static RequestBody shared(byte[] body) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(body), body.length, "application/octet-stream");
  }

  private static void watch(LoopImage image, AtomicLong least, AtomicBoolean over) {
    while (!over.get()) {
      least.accumulateAndGet(image.directory().toFile().getUsableSpace(), Math::min);
      ServerProcess.pause(5);
    }
  }

  private ServerProcess shared(LoopImage image, String... more) {
    var words = new ArrayList<String>();
    words.add(image.directory().resolve("data").toString());
    words.addAll(List.of("--index.reaper.pace=100ms", SOON));
    words.addAll(List.of(more));
    return new ServerProcess(directory.resolve("log"), words.toArray(String[]::new));
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

  /// Somebody else's file takes the disk but for a few MiB, and stays.
  private static void fillWith(Path filler, LoopImage image, int leftMib) throws Exception {
    long free = image.directory().toFile().getUsableSpace();
    LoopImage.run(
        "fallocate", "-l", Long.toString(free - ((long) leftMib << 20)), filler.toString());
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
    awaitRoom(() -> put(client, "after", length));
  }

  /// What was deleted gives its space back a while later.
  private static void awaitRoom(Runnable write) {
    Instant deadline = Instant.now().plusSeconds(60);
    while (true) {
      try {
        write.run();
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
