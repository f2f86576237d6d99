package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/// Small objects are rows; what was deleted of them gives its space back by itself, on a server
/// where nothing else happens any more.
@Tag("slow")
class ReclaimTest {
  private static final String BUCKET = "reclaim";
  private static final int OBJECTS = 6000;

  @TempDir Path directory;

  /// `size` on both sides of what RocksDB keeps in blob files; `every` is which of the objects go.
  @ParameterizedTest
  @CsvSource({"24000, 1", "24000, 2", "3500, 1"})
  void what_was_deleted_in_bulk_is_free_within_a_minute(int size, int every) throws Exception {
    try (ServerProcess server =
            new ServerProcess(
                    directory.resolve("log"),
                    directory.resolve("data").toString(),
                    "--index.reaper.grace=1s")
                .start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      long empty = used();
      fill(client, size);
      long full = used();
      assertThat(full - empty).isGreaterThan((long) OBJECTS * size);
      delete(client, every);
      long gone = (long) OBJECTS / every * size;
      // The log and the write buffers are of bounded size, and half a blob file may be garbage.
      long bound = full - gone / 10 * 8;
      Instant deadline = Instant.now().plusSeconds(60);
      while (used() > bound) {
        if (Instant.now().isAfter(deadline)) {
          throw new AssertionError(
              "%d bytes used when empty, %d when full, %d after a minute; wanted %d"
                  .formatted(empty, full, used(), bound));
        } else {
          ServerProcess.pause(500);
        }
      }
    }
  }

  private static void fill(S3Client client, int size) throws Exception {
    List<Runnable> puts = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      String key = "k" + i;
      byte[] body = new byte[size];
      new Random(i).nextBytes(body);
      puts.add(() -> client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(body)));
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (var put : puts.stream().map(threads::submit).toList()) put.get();
    }
  }

  private static void delete(S3Client client, int every) {
    List<ObjectIdentifier> page = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i += every) {
      page.add(ObjectIdentifier.builder().key("k" + i).build());
      if (page.size() < 1000 && i + every < OBJECTS) continue;
      Delete all = Delete.builder().objects(List.copyOf(page)).quiet(true).build();
      assertThat(client.deleteObjects(r -> r.bucket(BUCKET).delete(all)).errors()).isEmpty();
      page.clear();
    }
  }

  /// As `du` counts.
  private long used() throws IOException {
    long sum = 0;
    try (var files = Files.walk(directory.resolve("data"))) {
      for (Path file : (Iterable<Path>) files::iterator) sum += bytes(file);
    } catch (java.io.UncheckedIOException e) {
      return Long.MAX_VALUE; // a file went while it was looked at: look again
    }
    return sum;
  }

  private static long bytes(Path file) throws IOException {
    try {
      boolean ballast = file.endsWith("ballast"); // comes some seconds after the start
      return Files.isRegularFile(file) && !ballast ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
