package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/// Power cuts: only what was really synced survives. The kernel's write-back is off and the journal
/// commits only when asked, so nothing reaches the image by luck. Metadata and blobs lie on images
/// of their own: on a shared one, a sync of the metadata log would carry the blobs' directories
/// along and hide a missing sync.
@Tag("slow")
class PowerCutTest {
  private static final int ROUNDS = Integer.getInteger("tarn.cut.rounds", 8);
  private static final int WRITERS = 4;
  private static final Path WRITE_BACK = Path.of("/proc/sys/vm/dirty_writeback_centisecs");

  @TempDir Path directory;

  @Test
  void nothing_acknowledged_is_lost_in_a_power_cut() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: power cuts on loop-mounted images");
    for (int round = 0; round < ROUNDS; round++) {
      long seed = Long.getLong("tarn.seed", System.nanoTime());
      assertThat(cut(seed, round == 0 ? 0 : 1200)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void without_directory_syncs_the_same_test_fails() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: power cuts on loop-mounted images");
    var lost = new ArrayList<String>();
    for (int round = 0; round < 5 && lost.isEmpty(); round++)
      lost.addAll(cut(System.nanoTime(), 1200, "--disk.sync-directories=false"));
    assertThat(lost).as("the test has teeth").isNotEmpty();
  }

  /// Loads a server for up to `millis`, cuts the power, and returns what is wrong afterwards.
  private List<String> cut(long seed, int millis, String... more) throws Exception {
    var random = new Random(seed);
    String before = Files.readString(WRITE_BACK).strip();
    Files.writeString(WRITE_BACK, "0");
    Path work = Files.createTempDirectory(directory, "cut");
    try (var index = LoopImage.create(work, "index", 200);
        var blobs = LoopImage.create(work, "blobs", 600);
        var server = new ServerProcess(work.resolve("log"), words(index, blobs, more))) {
      var ledger = new Ledger("cut");
      server.start();
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket("cut"));
        load(client, ledger, random, millis);
        server.freeze();
      }
      try (var indexAfter = index.cut(work, "index-after");
          var blobsAfter = blobs.cut(work, "blobs-after")) {
        server.kill();
        return audit(ledger, work, words(indexAfter, blobsAfter, more));
      }
    } finally {
      Files.writeString(WRITE_BACK, before);
    }
  }

  private static String[] words(LoopImage index, LoopImage blobs, String... more) {
    var words = new ArrayList<String>();
    words.add(blobs.directory().resolve("data").toString());
    words.add("--metadata=" + index.directory().resolve("meta"));
    words.add("--disk.reserve=1MiB");
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static void load(S3Client client, Ledger ledger, Random random, int millis) {
    var writers = Executors.newFixedThreadPool(WRITERS);
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      var own = new Random(random.nextLong());
      var _ = writers.submit(() -> ledger.write(client, writer, own));
    }
    ServerProcess.pause(millis / 2 + random.nextInt(millis / 2 + 1));
    writers.shutdownNow();
  }

  private static List<String> audit(Ledger ledger, Path work, String... words) throws IOException {
    try (var server = new ServerProcess(work.resolve("log-after"), words).start();
        S3Client client = server.client()) {
      var wrong = new ArrayList<>(ledger.audit(client));
      wrong.addAll(ledger.auditListing(client));
      return wrong;
    } catch (SdkException e) {
      return List.of("a read failed: " + e.getMessage());
    }
  }
}
