package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/// What becomes of an upload in whose middle the server is told to end.
@Tag("slow")
class DrainTest {
  private static final byte[] BYTES = new Ledger.Content(1, 3_000_000).bytes();

  @TempDir Path directory;

  private ServerProcess server(String drain) {
    return new ServerProcess(
        directory.resolve("log"), directory.resolve("data").toString(), "--drain=" + drain);
  }

  /// A body in whose middle something happens.
  private static RequestBody halfway(Runnable event) {
    ContentStreamProvider provider = () -> new Halfway(event);
    return RequestBody.fromContentProvider(provider, BYTES.length, "application/octet-stream");
  }

  private static final class Halfway extends ByteArrayInputStream {
    private final Runnable event;
    private boolean happened;

    Halfway(Runnable event) {
      super(BYTES);
      this.event = event;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      if (pos > BYTES.length / 2 && !happened) {
        happened = true;
        event.run();
      }
      return super.read(into, offset, Math.min(length, 64 << 10));
    }
  }

  private static void terminate(ServerProcess server) {
    server.terminate();
    while (server.health() == 200) ServerProcess.pause(20);
    assertThat(server.health()).as("not ready, and still there").isEqualTo(503);
  }

  @Test
  void an_upload_is_finished_and_acknowledged_before_the_end() throws Exception {
    try (ServerProcess server = server("20s").start()) {
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket("drained"));
        client.putObject(
            request -> request.bucket("drained").key("key"), halfway(() -> terminate(server)));
      }
      assertThat(server.end()).isZero();
      server.start();
      try (S3Client client = server.client();
          InputStream in = client.getObject(request -> request.bucket("drained").key("key"))) {
        assertThat(in.readAllBytes()).isEqualTo(BYTES);
      }
    }
  }

  @Test
  void an_upload_that_takes_too_long_is_cut_and_leaves_nothing() throws Exception {
    try (ServerProcess server = server("1s").start()) {
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket("drained"));
        RequestBody body =
            halfway(
                () -> {
                  server.terminate();
                  while (server.health() != 0) ServerProcess.pause(20);
                });
        assertThatThrownBy(
                () -> client.putObject(request -> request.bucket("drained").key("key"), body))
            .isInstanceOf(SdkException.class);
      }
      assertThat(server.end()).isZero();
      server.start();
      try (S3Client client = server.client()) {
        assertThatThrownBy(() -> client.headObject(request -> request.bucket("drained").key("key")))
            .isInstanceOf(NoSuchKeyException.class);
      }
    }
  }
}
