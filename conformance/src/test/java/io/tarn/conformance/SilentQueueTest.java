package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The disk of the queue of writes does not answer. Who writes there is refused in time, nobody
/// else notices, and nothing that was acknowledged is lost.
@Tag("slow")
class SilentQueueTest {
  private static final String BUCKET = "queued";
  private static final String OWN = "own";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /// Less than anybody waits for the disk.
  private static final Duration SOON = Duration.ofMillis(2500);

  /// Twice the patience, for what the log had begun with, and a slow machine.
  private static final Duration IN_TIME = Duration.ofSeconds(12);

  private static final int KEYS = 24;

  private final WriteAccounts accounts =
      new WriteAccounts(BUCKET, state -> state % 2 == 0 ? 200_000 : 100);

  @TempDir Path directory;

  private ServerProcess near(ServerProcess far, Path queue) {
    return new ServerProcess(
            directory.resolve("near.log"),
            directory.resolve("near").toString(),
            "--back.directory=" + queue,
            "--back.reserve=0",
            "--back.settle=1s",
            "--back.retry=1s",
            "--cache.calls.patience=" + PATIENCE.toSeconds() + "s",
            "--cache.calls.most=8",
            "--cache.calls.check-every=1s",
            "--origins.far.s3.endpoint=" + far.endpoint(),
            "--origins.far.s3.access-key=" + ServerProcess.ACCESS_KEY,
            "--origins.far.s3.silence=2s",
            "--origins.far.cache.writes=back",
            "--origins.far.cache.freshness=exclusive")
        .with("TARN_ORIGINS_FAR_S3_SECRET_KEY", ServerProcess.SECRET_KEY);
  }

  private void writeOrBeRefused(S3Client client, String key, List<S3Exception> refusals) {
    try {
      accounts.write(client, key);
    } catch (S3Exception e) {
      synchronized (refusals) {
        refusals.add(e);
      }
    }
  }

  private static String key(int number) {
    return String.format(Locale.ROOT, "k%02d", number);
  }

  private static void soon(String what, Runnable work) {
    long began = System.nanoTime();
    work.run();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).as(what).isLessThan(SOON);
  }

  private void othersAreServed(ServerProcess near, S3Client client) {
    soon("ready", () -> assertThat(near.ready()).isTrue());
    for (int i = 0; i < 5; i++) {
      soon("put", () -> client.putObject(r -> r.bucket(OWN).key("k"), body()));
      soon("get", () -> client.getObjectAsBytes(r -> r.bucket(OWN).key("k")));
    }
  }

  private static RequestBody body() {
    return RequestBody.fromString("x".repeat(200_000));
  }

  @Test
  void writes_are_refused_in_time_others_are_served_and_nothing_acknowledged_is_lost()
      throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: a file system that is frozen");
    try (var image = LoopImage.create(directory, "image", 200);
        ServerProcess far =
            new ServerProcess(directory.resolve("far.log"), directory.resolve("far").toString())
                .start();
        ServerProcess near = near(far, image.directory().resolve("queue")).start();
        S3Client origin = far.client();
        S3Client client = near.client()) {
      origin.createBucket(r -> r.bucket(BUCKET));
      client.createBucket(r -> r.bucket(OWN));
      near.admin(
          "PUT", "buckets/%s/link".formatted(BUCKET), "{\"origin\":\"far\",\"bucket\":\"queued\"}");
      far.freeze();
      for (int i = 0; i < 3 * KEYS; i++) accounts.write(client, key(i % KEYS));
      for (int round = 0; round < 2; round++) hang(image, near, client); // it may happen again
      accounts.check(client, "the disk answers again");
      far.thaw();
      accounts.sync(near);
      accounts.checkSame(client, origin);
      accounts.check(origin, "all is at the origin");
      far.freeze();
      for (int i = 0; i < KEYS; i++) accounts.write(client, key(i));
      accounts.write(client, "new");
      near.kill();
      near.start();
      try (S3Client again = near.client()) {
        accounts.check(again, "after a kill");
      }
      far.thaw();
    }
  }

  private void hang(LoopImage image, ServerProcess near, S3Client client) throws Exception {
    List<S3Exception> refusals = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      try (var _ = image.freeze()) {
        List<Future<?>> writes = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < KEYS; i++) {
          String key = key(i);
          writes.add(threads.submit(() -> writeOrBeRefused(client, key, refusals)));
        }
        ServerProcess.pause(300);
        othersAreServed(near, client);
        for (Future<?> each : writes) {
          Object _ = each.get();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(IN_TIME);
        assertThat(refusals).hasSize(KEYS);
        assertThat(refusals).filteredOn(e -> e.statusCode() == 503).hasSizeGreaterThan(KEYS / 2);
        soon("refused at once", () -> refused(client));
        othersAreServed(near, client);
      }
      awaitWrite(client);
    }
  }

  private void refused(S3Client client) {
    S3Exception refusal =
        catchThrowableOfType(S3Exception.class, () -> accounts.write(client, "new"));
    assertThat(refusal.statusCode()).isEqualTo(503);
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("SlowDown");
    assertThat(refusal.awsErrorDetails().errorMessage()).contains("write-back queue");
  }

  private void awaitWrite(S3Client client) {
    List<S3Exception> refusals = new ArrayList<>();
    for (int i = 0; i <= refusals.size(); i++) {
      writeOrBeRefused(client, "new", refusals);
      assertThat(i).as("%s", refusals).isLessThan(300);
      if (i < refusals.size()) ServerProcess.pause(100);
    }
  }
}
