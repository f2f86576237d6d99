package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// `kill -9` under a mixed load, again and again, with an account of acknowledgements kept outside.
@Tag("slow")
class KillTest {
  private static final int ROUNDS = Integer.getInteger("tarn.kill.rounds", 50);
  private static final int VERSIONED_ROUNDS = Math.max(1, ROUNDS / 5);
  private static final int WRITERS = 6;
  private static final String BUCKET = "kill";

  private final long seed = Long.getLong("tarn.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path directory;

  private ServerProcess server() throws IOException {
    System.out.println("tarn.seed=" + seed);
    return new ServerProcess(
            directory.resolve("log"),
            directory.resolve("data").toString(),
            "--index.reaper.grace=1s",
            "--index.reaper.pace=100ms")
        .start();
  }

  @Test
  void nothing_acknowledged_is_lost_torn_or_back_from_the_dead() throws Exception {
    var ledger = new Ledger(BUCKET);
    try (ServerProcess server = server()) {
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket(BUCKET));
      }
      for (int round = 0; round < ROUNDS; round++) {
        loadAndKill(server, ledger::write);
        server.start();
        try (S3Client client = server.client()) {
          assertThat(ledger.refusals()).as("seed %d, round %d", seed, round).isEmpty();
          assertThat(ledger.audit(client)).as("seed %d, round %d", seed, round).isEmpty();
          assertThat(ledger.auditListing(client)).as("seed %d, round %d", seed, round).isEmpty();
        }
      }
      assertThat(ledger.keys()).hasSizeGreaterThan(WRITERS);
      nothingIsLeftBehind(server, ledger);
      assertThat(server.stop()).isZero();
    }
  }

  @Test
  void every_version_survives_and_no_deleted_version_returns() throws Exception {
    var ledger = new VersionLedger(BUCKET);
    try (ServerProcess server = server()) {
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket(BUCKET));
        client.putBucketVersioning(
            request ->
                request
                    .bucket(BUCKET)
                    .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
      }
      for (int round = 0; round < VERSIONED_ROUNDS; round++) {
        loadAndKill(server, ledger::write);
        server.start();
        try (S3Client client = server.client()) {
          assertThat(ledger.refusals()).as("seed %d, round %d", seed, round).isEmpty();
          assertThat(ledger.audit(client)).as("seed %d, round %d", seed, round).isEmpty();
        }
      }
      assertThat(ledger.versions()).isGreaterThan(WRITERS);
    }
  }

  private void loadAndKill(ServerProcess server, Load.Writer writer) throws InterruptedException {
    try (S3Client client = server.client();
        var load = new Load(client, writer, WRITERS, random)) {
      ServerProcess.pause(200 + random.nextInt(800));
      server.kill();
      assertThat(load.awaitEnd()).isTrue();
    }
  }

  /// Every blob file belongs to an object or to an upload: once both are gone, so are the files.
  /// What the objects hold survives the collection of what the kills left.
  private void nothingIsLeftBehind(ServerProcess server, Ledger ledger) throws Exception {
    var volume = new VolumeFiles(directory.resolve("data"));
    try (S3Client client = server.client()) {
      assertThat(volume.staged()).isEmpty();
      ServerProcess.pause(2000); // past the grace, so that what is garbage by now is collected
      assertThat(ledger.audit(client)).as("seed %d, after collection", seed).isEmpty();
      assertThat(volume.blobs()).as("blobs of living objects").isNotEmpty();
      for (var upload : client.listMultipartUploads(r -> r.bucket(BUCKET)).uploads()) {
        client.abortMultipartUpload(
            r -> r.bucket(BUCKET).key(upload.key()).uploadId(upload.uploadId()));
      }
      for (String key : ledger.keys()) client.deleteObject(r -> r.bucket(BUCKET).key(key));
    }
    Instant deadline = Instant.now().plusSeconds(30);
    List<Path> left = volume.blobs();
    while (!left.isEmpty() && Instant.now().isBefore(deadline)) {
      ServerProcess.pause(100);
      left = volume.blobs();
    }
    assertThat(left).as("blobs that nobody owns, seed %d", seed).isEmpty();
  }
}
