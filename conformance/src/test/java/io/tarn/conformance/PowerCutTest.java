package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Power cuts: only what was really synced survives. The kernel's write-back is off and the journal
/// commits only when asked, so nothing reaches the image by luck.
///
/// Metadata and blobs lie on images of their own: on a shared one, a sync of the metadata log would
/// commit the journal with the blobs' renames in it and hide a missing directory sync. For the same
/// reason the load ends with one large object: the sync of any later file would carry its rename
/// along.
@Tag("slow")
class PowerCutTest {
  private static final int ROUNDS = Integer.getInteger("tarn.cut.rounds", 8);
  private static final int WRITERS = 4;
  private static final Path WRITE_BACK = Path.of("/proc/sys/vm/dirty_writeback_centisecs");
  private static final String BUCKET = "cut";

  private String writeBack = "";
  private int cuts;

  @TempDir Path directory;

  @BeforeEach
  void stopWriteBack() throws IOException {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: power cuts on loop-mounted images");
    writeBack = Files.readString(WRITE_BACK).strip();
    Files.writeString(WRITE_BACK, "0");
  }

  @AfterEach
  void startWriteBack() throws IOException {
    if (!writeBack.isEmpty()) Files.writeString(WRITE_BACK, writeBack);
  }

  @Test
  void nothing_acknowledged_is_lost_in_a_power_cut() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long seed = Long.getLong("tarn.seed", System.nanoTime());
      System.out.println("tarn.seed=" + seed);
      PowerCutTest.Moment moment =
          round % 2 == 0 ? Moment.UNDER_LOAD : Moment.AFTER_THE_LAST_ANSWER;
      assertThat(cut(seed, moment)).as("seed %d %s", seed, moment).isEmpty();
    }
  }

  @Test
  void a_power_cut_right_after_the_first_bucket_loses_neither_it_nor_the_server() throws Exception {
    long seed = System.nanoTime();
    assertThat(cut(seed, Moment.AFTER_THE_FIRST_BUCKET)).isEmpty();
  }

  @Test
  void keys_made_at_first_start_still_open_the_server_after_a_power_cut() throws Exception {
    Path work = Files.createDirectory(directory.resolve("first"));
    Path log = work.resolve("log");
    try (var index = LoopImage.create(work, "index", 200);
        var blobs = LoopImage.create(work, "blobs", 100);
        ServerProcess server = new ServerProcess(log, words(index, blobs)).withoutKeys()) {
      server.start();
      String said = printedKeys(log);
      server.freeze();
      try (LoopImage indexAfter = index.cut(work, "index-after");
          LoopImage blobsAfter = blobs.cut(work, "blobs-after");
          ServerProcess after =
              new ServerProcess(work.resolve("log-after"), words(indexAfter, blobsAfter))
                  .withoutKeys()) {
        server.kill();
        after.start();
        try (S3Client client =
            after.clientFor(found("Access key +(\\S+)", said), found("Secret key +(\\S+)", said))) {
          assertThat(client.listBuckets().buckets()).isEmpty();
        }
      }
    }
  }

  /// Killed under load, and what the next server shows, whoever wrote it, is there for the third.
  @Test
  void what_is_shown_after_a_kill_is_there_after_a_power_cut() throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    System.out.println("tarn.seed=" + seed);
    Path work = Files.createDirectory(directory.resolve("twice"));
    try (var index = LoopImage.create(work, "index", 200);
        var blobs = LoopImage.create(work, "blobs", 600);
        ServerProcess server =
            new ServerProcess(work.resolve("log"), words(index, blobs)).start()) {
      var ledger = new Ledger(BUCKET);
      S3Client first = server.client();
      first.createBucket(request -> request.bucket(BUCKET));
      try (Load load = load(first, ledger, seed)) {
        server.kill();
        assertThat(load.awaitEnd()).isTrue();
      }
      server.start();
      Map<String, String> shown;
      try (S3Client second = server.client()) {
        shown = contents(second);
        second.putObject(r -> r.bucket(BUCKET).key("second"), RequestBody.fromString("life"));
      }
      server.freeze();
      try (LoopImage indexAfter = index.cut(work, "index-after");
          LoopImage blobsAfter = blobs.cut(work, "blobs-after");
          var third = new ServerProcess(work.resolve("log-after"), words(indexAfter, blobsAfter))) {
        server.kill();
        third.start();
        try (S3Client client = third.client()) {
          Map<String, String> found = contents(client);
          assertThat(found.remove("second")).isNotNull();
          assertThat(found).isEqualTo(shown).isNotEmpty();
        }
      }
    }
  }

  private static Map<String, String> contents(S3Client client) {
    var contents = new TreeMap<String, String>();
    for (var each : client.listObjectsV2Paginator(r -> r.bucket(BUCKET)).contents()) {
      byte[] bytes = client.getObjectAsBytes(r -> r.bucket(BUCKET).key(each.key())).asByteArray();
      contents.put(each.key(), FormatFacts.sha256(bytes));
    }
    return contents;
  }

  @Test
  void without_directory_syncs_the_same_test_fails() throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    List<String> lost = cut(seed, Moment.AFTER_THE_LAST_ANSWER, "--disk.sync-directories=false");
    System.out.println("without directory syncs, as it should be: " + lost);
    assertThat(lost).as("the test has teeth").anyMatch(line -> line.startsWith("last: "));
  }

  @Test
  void what_was_collected_before_a_power_cut_does_not_come_back() throws Exception {
    assertThat(orphans()).isEmpty();
  }

  @Test
  void without_directory_syncs_it_comes_back_and_nobody_knows_of_it() throws Exception {
    assertThat(orphans("--disk.sync-directories=false")).as("the test has teeth").isNotEmpty();
  }

  /// Deletes objects, lets their garbage be collected, cuts the power, and returns the blobs that
  /// are there when the next server has collected what it knows of.
  private List<String> orphans(String... more) throws Exception {
    Path work = Files.createDirectory(directory.resolve("orphans"));
    var flags = new ArrayList<>(List.of(more));
    flags.add("--index.reaper.grace=1s");
    flags.add("--index.reaper.pace=100ms");
    String[] all = flags.toArray(String[]::new);
    try (var index = LoopImage.create(work, "index", 200);
        var blobs = LoopImage.create(work, "blobs", 100);
        ServerProcess server =
            new ServerProcess(work.resolve("log"), words(index, blobs, all)).start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      for (int i = 0; i < 6; i++) put(client, "large" + i, 200_000);
      LoopImage.run("sync", "-f", blobs.directory().toString());
      for (int i = 0; i < 3; i++) delete(client, "large" + i);
      List<String> kept = awaitBlobs(blobs, 3);
      ServerProcess.pause(2500); // the rows of the garbage go without haste
      put(client, "small", 10); // and now durably
      server.freeze();
      try (LoopImage indexAfter = index.cut(work, "index-after");
          LoopImage blobsAfter = blobs.cut(work, "blobs-after");
          var after =
              new ServerProcess(work.resolve("log-after"), words(indexAfter, blobsAfter, all))) {
        server.kill();
        after.start();
        ServerProcess.pause(3000);
        List<String> found = new ArrayList<>(blobNames(blobsAfter));
        assertThat(found).containsAll(kept);
        found.removeAll(kept);
        return found;
      }
    }
  }

  private static void put(S3Client client, String key, int length) {
    client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(new byte[length]));
  }

  private static void delete(S3Client client, String key) {
    client.deleteObject(r -> r.bucket(BUCKET).key(key));
  }

  private static List<String> awaitBlobs(LoopImage image, int count) throws IOException {
    for (int i = 0; i < 300; i++) {
      List<String> names = blobNames(image);
      if (names.size() == count) return names;
      ServerProcess.pause(100);
    }
    throw new AssertionError("garbage stays: " + blobNames(image));
  }

  private static List<String> blobNames(LoopImage image) throws IOException {
    return new VolumeFiles(image.directory().resolve("data"))
        .blobs().stream().map(path -> path.getFileName().toString()).toList();
  }

  private enum Moment {
    AFTER_THE_FIRST_BUCKET,
    UNDER_LOAD,
    AFTER_THE_LAST_ANSWER
  }

  /// Loads a server, cuts the power, and returns what is wrong afterwards.
  private List<String> cut(long seed, Moment moment, String... more) throws Exception {
    Path work = Files.createDirectory(directory.resolve("cut" + cuts++));
    try (var index = LoopImage.create(work, "index", 200);
        var blobs = LoopImage.create(work, "blobs", 600);
        var server = new ServerProcess(work.resolve("log"), words(index, blobs, more))) {
      var ledger = new Ledger(BUCKET);
      server.start();
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket(BUCKET));
        switch (moment) {
          case AFTER_THE_FIRST_BUCKET -> server.freeze();
          case UNDER_LOAD -> {
            Load load = load(client, ledger, seed);
            server.freeze();
            return audit(ledger, server, load, new Images(work, index, blobs), more);
          }
          case AFTER_THE_LAST_ANSWER -> {
            load(client, ledger, seed).close();
            ledger.put(client, "last", new Ledger.Content(seed, 300_000));
            server.freeze();
          }
        }
        var idle = new Load(client, (_, _, _) -> {}, 1, new Random(seed));
        return audit(ledger, server, idle, new Images(work, index, blobs), more);
      }
    }
  }

  private static Load load(S3Client client, Ledger ledger, long seed) {
    var random = new Random(seed);
    var load = new Load(client, ledger::write, WRITERS, random);
    ServerProcess.pause(600 + random.nextInt(600));
    return load;
  }

  private record Images(Path work, LoopImage index, LoopImage blobs) {}

  /// Starts a second server on what the cut left and compares.
  private static List<String> audit(
      Ledger ledger, ServerProcess frozen, Load load, Images images, String... more)
      throws Exception {
    try (LoopImage index = images.index.cut(images.work, "index-after");
        LoopImage blobs = images.blobs.cut(images.work, "blobs-after")) {
      frozen.kill();
      assertThat(load.awaitEnd()).isTrue();
      assertThat(ledger.refusals()).isEmpty();
      Path log = images.work.resolve("log-after");
      try (ServerProcess server = new ServerProcess(log, words(index, blobs, more)).start();
          S3Client client = server.client()) {
        var wrong = new ArrayList<>(ledger.audit(client));
        wrong.addAll(ledger.auditListing(client));
        return wrong;
      } catch (SdkException e) {
        return List.of("a request failed: " + e);
      }
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

  private static String printedKeys(Path log) throws IOException {
    for (int i = 0; i < 500; i++) {
      String said = Files.readString(log);
      if (said.contains("Secret key")) return said;
      ServerProcess.pause(10);
    }
    throw new AssertionError("no keys in\n" + Files.readString(log));
  }

  private static String found(String pattern, String text) {
    Matcher match = Pattern.compile(pattern).matcher(text);
    assertThat(match.find()).as(text).isTrue();
    return match.group(1);
  }
}
