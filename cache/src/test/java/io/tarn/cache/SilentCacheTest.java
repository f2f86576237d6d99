package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.Pipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A near-cache one of whose disks does not answer: pipes in the place of its files.
class SilentCacheTest {
  /// One block each, and too long to be in memory.
  private static final int LENGTH = 70_000;

  private static final int BLOCK = 128 << 10;
  private static final int OBJECTS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// Longer than anybody waits, on a machine that has much else to do.
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final TestOrigin origin = new TestOrigin();
  private final Bucket bucket =
      origin.store.create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));

  private final List<Path> directories = new ArrayList<>();
  private final Map<Path, byte[]> files = new HashMap<>(); // what pipes are in the place of
  private final List<Pipe> pipes = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // by each test
  private BlockStore blocks;

  @SuppressWarnings("NullAway.Init") // by each test
  private NearCache cache;

  private void open(Duration checkEvery, String... names) throws IOException {
    directories.clear();
    for (String name : names) directories.add(directory.resolve(name));
    var calls = new CacheCalls(PATIENCE, 2 * OBJECTS, checkEvery);
    blocks =
        BlockStore.open(
            directories, CacheWorld.settings(16 << 20, BLOCK, calls), InstantSource.system());
    cache =
        CacheWorld.cache(
            origin.asStore(),
            blocks,
            CacheWorld.policy(Freshness.EXCLUSIVE),
            InstantSource.system());
  }

  @AfterEach
  void close() throws IOException {
    for (Pipe pipe : pipes) pipe.close();
    blocks.close();
  }

  private static Key key(int number) {
    return new Key("k" + number);
  }

  private byte[] put(int number, int seed) {
    byte[] bytes = Bodies.bytes(seed, LENGTH);
    cache.put(new Put(bucket, key(number)), Bodies.of(bytes, ChecksumAlgorithm.CRC32C));
    return bytes;
  }

  private byte[] get(int number) {
    return Bodies.drain(cache.open(new Read(bucket, key(number), Version.LATEST, Conditions.NONE)));
  }

  private void getAll() {
    for (int i = 0; i < OBJECTS; i++) assertThat(get(i)).isEqualTo(Bodies.bytes(i, LENGTH));
  }

  /// All objects, in the cache.
  private void fill() throws IOException {
    for (int i = 0; i < OBJECTS; i++) put(i, i);
    getAll();
    assertThat(blocksIn(directories)).hasSize(OBJECTS);
    origin.calls.clear();
  }

  private static List<Path> blocksIn(List<Path> directories) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path each : directories) {
      try (Stream<Path> all = Files.walk(each.resolve("blocks"))) {
        all.filter(file -> !Files.isDirectory(file)).forEach(found::add);
      }
    }
    return found;
  }

  /// The disk of a directory does not answer to whoever opens a block there.
  private void silence(Path sick) throws IOException {
    for (Path file : blocksIn(List.of(sick))) replace(file);
  }

  private void replace(Path file) throws IOException {
    files.put(file, Files.readAllBytes(file));
    pipes.add(Pipe.insteadOf(file));
  }

  /// It answers again, to those who wait, too.
  private void letGo() throws IOException {
    for (Pipe pipe : pipes) pipe.close();
    for (Pipe pipe : pipes) {
      if (!Files.exists(pipe.path())) continue; // deleted meanwhile
      Path aside = directory.resolve("aside");
      Files.write(aside, files.get(pipe.path()));
      Files.move(aside, pipe.path(), StandardCopyOption.REPLACE_EXISTING);
    }
    pipes.clear();
  }

  private void awaitWell() throws InterruptedException {
    for (int i = 0; blocks.silentDirectories() > 0; i++) {
      assertThat(i).as("silent directories").isLessThan(3000);
      Thread.sleep(10);
    }
    for (int i = 0; blocks.hungCalls() > 0; i++) {
      assertThat(i).as("calls that hang").isLessThan(3000);
      Thread.sleep(10);
    }
  }

  private static <T> T soon(Callable<T> work) {
    long began = System.nanoTime();
    try {
      T result = work.call();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
      return result;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private boolean everythingSoon() {
    return soon(
        () -> {
          try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> reads = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
              int number = i;
              reads.add(threads.submit(() -> get(number)));
            }
            for (int i = 0; i < OBJECTS; i++) {
              assertThat(reads.get(i).get()).isEqualTo(Bodies.bytes(i, LENGTH));
            }
          }
          return true;
        });
  }

  @Test
  void who_reads_from_a_disk_that_hangs_has_the_bytes_from_the_origin() throws Exception {
    open(Duration.ofDays(1), "one", "other");
    fill();
    silence(directories.getFirst());
    assertThat(everythingSoon()).isTrue();
    assertThat(blocks.silentDirectories()).isEqualTo(1);
    assertThat(origin.count("open")).as("only what is on it").isEqualTo(OBJECTS / 2);
    assertThat(blocks.usage().removals().get(Removal.DAMAGED)).isZero();

    // Now everything is on the other one, and nobody waits.
    getAll();
    origin.calls.clear();
    long began = System.nanoTime();
    getAll();
    assertThat(System.nanoTime() - began).isLessThan(PATIENCE.toNanos());
    assertThat(origin.calls).isEmpty();
    assertThat(blocksIn(directories.subList(1, 2))).hasSize(OBJECTS);
  }

  @Test
  void blocks_are_there_again_when_the_disk_answers_again_and_not_what_went_meanwhile()
      throws Exception {
    open(Duration.ofSeconds(2), "one");
    fill();
    for (int round = 1; round <= 2; round++) { // it may happen again
      silence(directories.getFirst());
      assertThat(everythingSoon()).isTrue();
      assertThat(blocks.silentDirectories()).isEqualTo(1);
      put(0, 100 * round);
      cache.delete(new Delete(bucket, key(1)));
      long used = blocks.usage().used();
      assertThat(blocks.usage().cached()).isLessThan(used);

      letGo();
      awaitWell();
      assertThat(blocks.usage().used()).isEqualTo(blocks.usage().cached()).isLessThan(used);
      assertThat(blocksIn(directories)).hasSize(OBJECTS - 2);
      origin.calls.clear();
      for (int i = 2; i < OBJECTS; i++) assertThat(get(i)).isEqualTo(Bodies.bytes(i, LENGTH));
      assertThat(origin.calls).isEmpty();
      assertThat(get(0)).isEqualTo(Bodies.bytes(100L * round, LENGTH));

      put(0, 0);
      put(1, 1);
      getAll();
    }
    blocks.close();
    open(Duration.ofSeconds(2), "one");
    assertThat(blocks.usage().blocks()).as("all of it outlives the end").isEqualTo(OBJECTS);
    getAll();
  }

  @Test
  void a_disk_that_hangs_at_the_start_holds_up_nobody_and_is_taken_in_later() throws Exception {
    open(Duration.ofSeconds(1), "one", "other");
    fill();
    blocks.close();
    replace(directories.getFirst().resolve("index"));
    assertThat(
            soon(
                () -> {
                  open(Duration.ofSeconds(1), "one", "other");
                  return blocks.silentDirectories();
                }))
        .isEqualTo(1);
    put(0, 77);
    for (int i = 1; i < OBJECTS; i++) assertThat(get(i)).isEqualTo(Bodies.bytes(i, LENGTH));
    letGo();
    awaitWell();
    origin.calls.clear();
    assertThat(get(0)).isEqualTo(Bodies.bytes(77, LENGTH));
    for (int i = 1; i < OBJECTS; i++) assertThat(get(i)).isEqualTo(Bodies.bytes(i, LENGTH));
    assertThat(origin.count("open")).isZero();
  }

  @Test
  void a_disk_that_hangs_at_the_end_holds_it_up_no_longer_than_the_patience() throws Exception {
    open(Duration.ofDays(1), "one");
    fill();
    Files.write(directories.getFirst().resolve("index.new"), new byte[1]);
    replace(directories.getFirst().resolve("index.new"));
    soon(
        () -> {
          blocks.close();
          return true;
        });
    assertThat(blocks.hungCalls()).isEqualTo(1);
  }
}
