package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure.Unresponsive;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.Pipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A queue of writes whose disk does not answer: a pipe in the place of a file.
class SilentWriteBackTest {
  private static final int LENGTH = 300_000;
  private static final CacheCalls LIMITS =
      new CacheCalls(Duration.ofMillis(500), 4, Duration.ofMillis(500));

  /// Longer than anybody waits, on a machine that has much else to do.
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path directory;
  private Pipe pipe = new Pipe(Path.of("none"));
  private byte[] aside = new byte[0];

  @AfterEach
  void letGo() throws IOException {
    if (Files.exists(pipe.path())) pipe.close();
  }

  private void silence(Path file) throws IOException {
    aside = Files.readAllBytes(file);
    pipe = Pipe.insteadOf(file);
  }

  /// Who waits gets nothing from the pipe; who comes then finds the file.
  private void answer() throws IOException {
    pipe.close();
    Path whole = Files.write(directory.resolve("aside"), aside);
    Files.move(whole, pipe.path(), StandardCopyOption.REPLACE_EXISTING);
  }

  private Path only(String below) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("back").resolve(below))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  private static void soon(Runnable work) {
    long began = System.nanoTime();
    work.run();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
  }

  @Test
  void whoever_needs_the_disk_is_refused_in_time_and_the_queue_goes_on_when_it_answers()
      throws IOException {
    try (var world = new BackWorld(directory, BackWorld.settings(), LIMITS)) {
      Bucket bucket = world.bucket();
      world.holdUp();
      byte[] large = Bodies.bytes(1, LENGTH);
      var key = new Key("large");
      world.store.put(new Put(bucket, key), Bodies.of(large, ChecksumAlgorithm.CRC32C));
      world.put(bucket, "small", "queued");
      silence(only("bodies"));

      assertThat(world.store.head(new Read(bucket, key)).content().size()).isEqualTo(LENGTH);
      soon(
          () ->
              assertThatThrownBy(() -> world.store.open(new Read(bucket, key)))
                  .isInstanceOf(Unresponsive.class)
                  .hasMessageContaining("write-back queue"));
      soon(
          () ->
              assertThatThrownBy(() -> world.put(bucket, "other", "refused"))
                  .isInstanceOf(Unresponsive.class));
      soon(
          () ->
              assertThatThrownBy(() -> world.delete(bucket, "small"))
                  .isInstanceOf(Unresponsive.class));
      world.letThrough();
      assertThat(world.queue.sync(bucket, 0, Duration.ofMillis(700)).writes())
          .as("nothing went, nothing is forgotten")
          .isEqualTo(2);

      answer();
      // Who read the pipe in its last moment was given something else than what was written.
      for (int i = 0; world.sync(bucket).writes() > 0; i++) assertThat(i).isLessThan(100);
      assertThat(world.atOrigin(bucket, "small")).isEqualTo("queued");
      assertThat(Bodies.drain(world.model.open(new Read(bucket, key)))).isEqualTo(large);
      assertThat(world.get(bucket, "other")).isEqualTo("nothing");
      world.put(bucket, "other", "taken");
      assertThat(world.sync(bucket).writes()).isZero();
      assertThat(world.atOrigin(bucket, "other")).isEqualTo("taken");
    }
  }

  @Test
  void a_disk_that_hangs_at_the_start_is_said_and_nothing_is_served_without_it()
      throws IOException {
    try (var world = new BackWorld(directory, BackWorld.settings(), LIMITS)) {
      Bucket bucket = world.bucket();
      world.holdUp();
      world.put(bucket, "key", "queued");
      world.queue.close();
      silence(only("log"));
      soon(
          () ->
              assertThatThrownBy(
                      () ->
                          WriteQueue.open(
                              directory.resolve("back"),
                              BackWorld.settings(),
                              LIMITS,
                              InstantSource.system()))
                  .isInstanceOf(IOException.class)
                  .hasMessageContaining("does not answer"));
    }
  }
}
