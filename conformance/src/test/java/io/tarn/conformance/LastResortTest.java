package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// A server that cannot go on ends, so that it can be started again.
@Tag("slow")
class LastResortTest {
  private static final int BROKEN = 70;

  @TempDir Path directory;

  private Path data() {
    return directory.resolve("data");
  }

  private ServerProcess server(String... more) {
    String[] words =
        Stream.concat(Stream.of(data().toString()), Stream.of(more)).toArray(String[]::new);
    return new ServerProcess(directory.resolve("log"), words);
  }

  /// Java without the launcher's options: the server's own means.
  @Test
  void a_server_whose_heap_is_full_ends_with_a_code_to_start_it_again() throws Exception {
    try (ServerProcess server = server("--index.inline-cache=1GiB").heap("48m").start()) {
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket("full"));
        byte[] bytes = new byte[60_000];
        // Each is remembered in a cache that is allowed more than there is.
        for (int i = 0; i < 2_000 && server.isAlive(); i++) {
          String key = "k" + i;
          try {
            client.putObject(r -> r.bucket("full").key(key), RequestBody.fromBytes(bytes));
            client.getObjectAsBytes(request -> request.bucket("full").key(key));
          } catch (RuntimeException e) {
            assertThat(server.endsWithin(30, TimeUnit.SECONDS)).as(server.tail()).isTrue();
          }
        }
      }
      assertThat(server.endsWithin(30, TimeUnit.SECONDS)).as(server.tail()).isTrue();
      assertThat(server.end()).as(server.tail()).isEqualTo(BROKEN);
      assertThat(server.tail()).contains("tarn: ending, so that it can be started again");
    }
  }

  /// A disk that hangs: the open of a file does not return.
  @Test
  void a_server_that_cannot_finish_ends_soon_after_the_time_for_draining() throws Exception {
    try (ServerProcess server = server("--drain=2s").start()) {
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket("sick"));
        client.putObject(
            request -> request.bucket("sick").key("k"), RequestBody.fromBytes(new byte[1 << 20]));
        hang(blob());
        Thread reader =
            Thread.ofVirtual()
                .start(
                    () -> swallow(() -> client.getObjectAsBytes(r -> r.bucket("sick").key("k"))));
        Thread.sleep(500);
        server.terminate();
        assertThat(server.endsWithin(12, TimeUnit.SECONDS)).as(server.tail()).isTrue();
        assertThat(server.end()).isIn(0, BROKEN);
        reader.join();
      }
    }
  }

  private static void swallow(Runnable request) {
    try {
      request.run();
    } catch (RuntimeException e) {
      assertThat(e).as("the server ends under it").isNotNull();
    }
  }

  private Path blob() throws Exception {
    try (Stream<Path> files = Files.walk(data().resolve("blobs"))) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  private static void hang(Path file) throws Exception {
    Files.delete(file);
    int made = new ProcessBuilder(List.of("mkfifo", file.toString())).inheritIO().start().waitFor();
    assertThat(made).isZero();
  }
}
