package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A disk that the cache and the queue of writes share, and that is full to its last byte: the
/// cache gives way, then writes are refused in S3's words, what was acknowledged stays through
/// kills, and once the origin takes it there is room again, without anybody's help.
@Tag("slow")
class FullQueueTest {
  private static final String BUCKET = "queued";
  private static final int MEBIBYTES = 96;
  private static final int CACHED = 60;
  private static final int LARGE = 500_000;

  private final WriteAccounts larges = new WriteAccounts(BUCKET, _ -> LARGE);
  private final WriteAccounts smalls = new WriteAccounts(BUCKET, _ -> 4_000);

  @TempDir Path directory;

  private ServerProcess near(ServerProcess far, Path disk) {
    return new ServerProcess(
            directory.resolve("near.log"),
            directory.resolve("near").toString(),
            "--back.directory=" + disk.resolve("queue"),
            "--back.reserve=0",
            "--back.settle=1s",
            "--back.retry=1s",
            "--cache-directories=" + disk.resolve("cache"),
            "--cache.reserve=0",
            "--cache.size=1GiB",
            "--origins.far.s3.endpoint=" + far.endpoint(),
            "--origins.far.s3.access-key=" + ServerProcess.ACCESS_KEY,
            "--origins.far.s3.silence=2s",
            "--origins.far.cache.writes=back",
            "--origins.far.cache.freshness=exclusive")
        .with("TARN_ORIGINS_FAR_S3_SECRET_KEY", ServerProcess.SECRET_KEY);
  }

  private static long bytesBelow(Path directory) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) bytes += Files.size(file);
    }
    return bytes;
  }

  @Test
  void a_full_disk_refuses_writes_keeps_what_it_has_and_empties_itself() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: a full disk on a loop-mounted image");
    try (var image = LoopImage.create(directory, "image", MEBIBYTES);
        ServerProcess far =
            new ServerProcess(directory.resolve("far.log"), directory.resolve("far").toString())
                .start();
        ServerProcess near = near(far, image.directory()).start();
        S3Client origin = far.client()) {
      origin.createBucket(r -> r.bucket(BUCKET));
      near.admin(
          "PUT", "buckets/%s/link".formatted(BUCKET), "{\"origin\":\"far\",\"bucket\":\"queued\"}");
      fillCache(near, origin, image.directory().resolve("cache"));
      far.freeze();
      int taken = fillQueue(near);
      assertThat(taken * (long) LARGE)
          .as("the cache gave way")
          .isGreaterThan((MEBIBYTES - CACHED + 10) * 1_000_000L);
      for (int life = 0; life < 2; life++) {
        near.kill();
        near.start();
        try (S3Client client = near.client()) {
          check(client, "life " + life);
        }
      }
      takeTheRest(image.directory().resolve("filler"));
      far.thaw();
      larges.sync(near);
      try (S3Client client = near.client()) {
        check(origin, "all is at the origin");
        awaitWrite(client);
      }
      assertThat(near.stop()).isZero();
    }
  }

  /// Somebody else has what is left of the disk, and keeps it.
  private static void takeTheRest(Path filler) throws IOException {
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] some = new byte[4096];
      while (true) out.write(some);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static void fillCache(ServerProcess near, S3Client origin, Path cache)
      throws IOException {
    try (S3Client client = near.client()) {
      RequestBody body = RequestBody.fromString("c".repeat(1_000_000));
      for (int i = 0; i < CACHED; i++) {
        String key = "cached" + i;
        origin.putObject(r -> r.bucket(BUCKET).key(key), body);
        client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key));
      }
    }
    assertThat(bytesBelow(cache)).isGreaterThan((CACHED - 10) * 1_000_000L);
  }

  /// Large ones until none is taken, then small ones. Returns how many large ones were.
  private int fillQueue(ServerProcess near) {
    try (S3Client client = near.client()) {
      int large = 0;
      while (isTaken(client, larges, "large" + large)) {
        large++;
        assertThat(large * (long) LARGE).isLessThan(MEBIBYTES << 20);
      }
      int small = 0;
      while (isTaken(client, smalls, "small" + small)) {
        small++;
        assertThat(small).isLessThan(2_000);
      }
      check(client, "full");
      return large;
    }
  }

  private void check(S3Client client, String when) {
    larges.checkAcknowledged(client, when);
    smalls.checkAcknowledged(client, when);
  }

  private static boolean isTaken(S3Client client, WriteAccounts accounts, String key) {
    try {
      accounts.write(client, key);
      return true;
    } catch (S3Exception e) {
      assertThat(e.statusCode()).as("%s", e).isIn(503, 507);
      assertThat(e.awsErrorDetails().errorCode()).isIn("SlowDown", "InsufficientStorage");
      return false;
    }
  }

  private void awaitWrite(S3Client client) {
    for (int i = 0; !isTaken(client, larges, "after"); i++) {
      assertThat(i).isLessThan(100);
      ServerProcess.pause(100);
    }
  }
}
