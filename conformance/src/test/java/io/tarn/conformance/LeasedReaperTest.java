package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// A node that collects the garbage of several, as the only one there is: what it threw away goes,
/// also after it was killed with the lease, and with the settings of a node that is alone.
@Tag("slow")
class LeasedReaperTest {
  private static final String BUCKET = "leased";

  @TempDir Path directory;

  private ServerProcess server(String lease) throws Exception {
    return new ServerProcess(
            directory.resolve("log"),
            directory.resolve("data").toString(),
            "--index.reaper.grace=1s",
            "--index.reaper.lease=" + lease)
        .start();
  }

  private static void discard(S3Client client) {
    var body = RequestBody.fromBytes(new byte[200_000]);
    client.putObject(request -> request.bucket(BUCKET).key("k"), body);
    client.deleteObject(request -> request.bucket(BUCKET).key("k"));
  }

  private void becomesEmpty() throws Exception {
    Instant deadline = Instant.now().plusSeconds(60);
    while (!new VolumeFiles(directory.resolve("data")).blobs().isEmpty()) {
      assertThat(Instant.now()).as("garbage is left").isBefore(deadline);
      ServerProcess.pause(200);
    }
  }

  @Test
  void garbage_goes_whoever_had_the_lease_before() throws Exception {
    try (ServerProcess server = server("2s");
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      discard(client);
      becomesEmpty();
      discard(client);
      server.kill();
    }
    for (String lease : new String[] {"2s", "0s"}) {
      try (ServerProcess server = server(lease);
          S3Client client = server.client()) {
        becomesEmpty();
        discard(client);
        server.kill();
      }
    }
  }
}
