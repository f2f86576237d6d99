package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/// `kill -9` under a mixed load, again and again, with an account of acknowledgements kept outside.
@Tag("slow")
class KillTest {
  private static final int ROUNDS = Integer.getInteger("tarn.kill.rounds", 50);
  private static final int WRITERS = 6;

  @TempDir Path directory;

  @Test
  void nothing_acknowledged_is_lost_torn_or_back_from_the_dead() throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    var random = new Random(seed);
    var ledger = new Ledger("kill");
    try (var server =
        new ServerProcess(directory.resolve("log"), directory.resolve("data").toString())) {
      server.start();
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket("kill"));
      }
      for (int round = 0; round < ROUNDS; round++) {
        loadAndKill(server, ledger, random);
        server.start();
        try (S3Client client = server.client()) {
          assertThat(ledger.audit(client)).as("seed %d, round %d", seed, round).isEmpty();
          assertThat(ledger.auditListing(client)).as("seed %d, round %d", seed, round).isEmpty();
        }
      }
      assertThat(ledger.keys()).hasSizeGreaterThan(WRITERS);
      assertThat(server.stop()).isZero();
    }
  }

  private static void loadAndKill(ServerProcess server, Ledger ledger, Random random)
      throws InterruptedException {
    try (S3Client client = server.client();
        var writers = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        var own = new Random(random.nextLong());
        var _ = writers.submit(() -> ledger.write(client, writer, own));
      }
      ServerProcess.pause(200 + random.nextInt(800));
      server.kill();
    }
  }
}
