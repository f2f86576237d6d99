package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What of queued writes the next start finds.
class WriteQueueRecoveryTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  private BackWorld world;

  @SuppressWarnings("NullAway.Init") // before each test
  private Bucket bucket;

  @BeforeEach
  void open() {
    world = new BackWorld(directory, BackWorld.settings());
    bucket = world.bucket();
    world.holdUp();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Path newestLog() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("back/log"))) {
      return files.max(Path::compareTo).orElseThrow();
    }
  }

  private void refused(String why) {
    assertThatThrownBy(
            () ->
                WriteQueue.open(
                    directory.resolve("back"),
                    BackWorld.settings(),
                    CacheSettings.DEFAULTS.calls(),
                    InstantSource.system()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  @Test
  void all_that_was_said_of_an_object_outlives_the_process() {
    var metadata = new Metadata(Map.of("content-type", "text/plain"), Map.of("a", "ä"));
    var put =
        new Put(
            bucket,
            new Key("\uD83D\uDE00"),
            new TenantId("anna"),
            metadata,
            new Tags(Map.of("t", "1")),
            io.tarn.store.Conditions.NONE);
    byte[] large = Bodies.bytes(7, 300_000);
    world.store.put(put, Bodies.of(large, io.tarn.bytes.ChecksumAlgorithm.SHA256));
    world.put(bucket, "gone", "once");
    world.delete(bucket, "gone");
    ObjectHead before = world.store.head(new Read(bucket, put.key()));
    world.reopen();
    assertThat(world.store.head(new Read(bucket, put.key()))).isEqualTo(before);
    assertThat(Bodies.drain(world.store.open(new Read(bucket, put.key())))).isEqualTo(large);
    assertThat(world.get(bucket, "gone")).isEqualTo("nothing");
    world.letThrough();
    assertThat(world.sync(bucket).writes()).isZero();
    ObjectHead there = world.model.head(new Read(bucket, put.key()));
    assertThat(there.metadata()).isEqualTo(metadata);
    assertThat(there.tags()).isEqualTo(put.tags());
    assertThat(there.content().checksum()).isEqualTo(before.content().checksum());
  }

  @Test
  void whatever_of_the_last_frame_was_written_the_frames_before_it_are_whole() throws IOException {
    world.put(bucket, "first", "one");
    long whole = Files.size(newestLog());
    world.put(bucket, "second", "two");
    world.close();
    byte[] log = Files.readAllBytes(newestLog());
    for (int cut = (int) whole; cut < log.length; cut += 7) {
      Files.write(newestLog(), java.util.Arrays.copyOf(log, cut));
      world.open(CachePolicy.WriteMode.BACK);
      assertThat(world.get(bucket, "first")).isEqualTo("one");
      assertThat(world.get(bucket, "second")).isEqualTo("nothing");
      world.put(bucket, "third", "three");
      world.reopen();
      assertThat(world.get(bucket, "third")).isEqualTo("three");
      world.close();
      Files.write(newestLog(), log);
    }
    world.open(CachePolicy.WriteMode.BACK);
  }

  @Test
  void damage_before_the_end_of_the_log_is_refused_and_changes_nothing() throws IOException {
    for (int i = 0; i < 5; i++) world.put(bucket, "k" + i, "v");
    world.close();
    Path log = newestLog();
    byte[] good = Files.readAllBytes(log);
    for (int at = 0; at < good.length / 2; at += 11) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(log, bad);
      refused("damaged");
      assertThat(Files.readAllBytes(log)).isEqualTo(bad);
    }
    Files.write(log, good);
    world.open(CachePolicy.WriteMode.BACK);
    assertThat(world.queue.status(bucket).writes()).isEqualTo(5);
  }

  @Test
  void a_log_or_a_body_that_is_missing_is_refused() throws IOException {
    world.store.put(new Put(bucket, new Key("k")), Bodies.of(Bodies.bytes(1, 100_000)));
    world.close();
    Path log = newestLog();
    Path aside = directory.resolve("aside");
    Files.move(log, aside);
    refused("is gone");
    Files.move(aside, log);
    Path body;
    try (Stream<Path> files = Files.list(directory.resolve("back/bodies"))) {
      body = files.findFirst().orElseThrow();
    }
    Files.move(body, aside);
    refused("gone or cut");
    Files.move(aside, body);
    world.open(CachePolicy.WriteMode.BACK);
    assertThat(world.store.head(new Read(bucket, new Key("k"))).content().size())
        .isEqualTo(100_000);
  }

  @Test
  void a_damaged_body_is_never_served_nor_uploaded_and_is_kept() throws IOException {
    world.store.put(new Put(bucket, new Key("k")), Bodies.of(Bodies.bytes(1, 200_000)));
    Path body;
    try (Stream<Path> files = Files.list(directory.resolve("back/bodies"))) {
      body = files.findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(body);
    bytes[150_000] ^= 1;
    Files.write(body, bytes, StandardOpenOption.WRITE);
    assertThatThrownBy(() -> Bodies.drain(world.store.open(new Read(bucket, new Key("k")))))
        .isInstanceOf(io.tarn.store.StoreFailure.Corrupt.class);
    world.letThrough();
    assertThat(world.sync(bucket).refused()).isEqualTo(1);
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("nothing");
    assertThat(Files.exists(body)).isTrue();
  }

  @Test
  void bodies_that_the_log_does_not_know_of_are_deleted_at_the_next_start() throws IOException {
    Path stray = directory.resolve("back/bodies/00000000000000ff");
    Files.write(stray, new byte[100]);
    Path staged = directory.resolve("back/staging/00000000000000fe");
    Files.write(staged, new byte[100]);
    world.reopen();
    assertThat(stray).doesNotExist();
    assertThat(staged).doesNotExist();
    world.store.put(new Put(bucket, new Key("k")), Bodies.of(Bodies.bytes(1, 100_000)));
    world.reopen();
    assertThat(Bodies.drain(world.store.open(new Read(bucket, new Key("k"))))).hasSize(100_000);
  }

  @Test
  void the_log_gives_up_files_and_loses_nothing_over_many_lives() throws IOException {
    long seed = System.nanoTime();
    var random = new java.util.Random(seed);
    var model = new TreeMap<String, String>();
    world.put(bucket, "oldest", "stays");
    model.put("oldest", "stays");
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 150; i++) {
        String key = "k" + random.nextInt(20);
        String text = "x".repeat(random.nextInt(20_000)) + i;
        world.put(bucket, key, text);
        model.put(key, text);
      }
      world.reopen();
      model.forEach(
          (key, text) -> assertThat(world.get(bucket, key)).as("seed %d", seed).isEqualTo(text));
    }
    long bytes = 0;
    try (Stream<Path> files = Files.list(directory.resolve("back/log"))) {
      for (Path file : files.toList()) bytes += Files.size(file);
    }
    // 9 MB were written, some 200 KB are live, and a file has 256 KiB.
    assertThat(bytes).isLessThan(4 << 20);
    world.letThrough();
    assertThat(world.sync(bucket).writes()).isZero();
    model.forEach((key, text) -> assertThat(world.atOrigin(bucket, key)).isEqualTo(text));
  }

  @Test
  void two_processes_do_not_share_a_queue() {
    refused("another process");
  }

  @Test
  void what_may_have_been_on_its_way_when_the_process_ended_is_uploaded_before_what_came_later() {
    world.put(bucket, "k", "one");
    world.reopen();
    world.put(bucket, "k", "two");
    assertThat(world.queue.status(bucket).writes()).isEqualTo(2);
    assertThat(world.get(bucket, "k")).isEqualTo("two");
    List<String> uploaded = new java.util.concurrent.CopyOnWriteArrayList<>();
    world.before = (_, _) -> null;
    world.after =
        (what, key) -> {
          if (what.equals("put")) uploaded.add(world.atOrigin(bucket, key));
          return null;
        };
    world.store.hurry();
    world.sync(bucket);
    assertThat(uploaded).containsExactly("one", "two");
  }
}
