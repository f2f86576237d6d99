package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Metadata that is lost is brought back from a backup, onto blobs that have gone on meanwhile.
@Tag("slow")
class MetadataBackupTest {
  private static final String BUCKET = "backed-up";
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private Path data;
  private Path metadata;
  private Path backup;

  @BeforeEach
  void names() {
    data = directory.resolve("data");
    metadata = data.resolve(".tarn");
    backup = directory.resolve("backup");
  }

  private ServerProcess server(String... more) {
    var words =
        new ArrayList<>(
            List.of(data.toString(), "--index.reaper.grace=100ms", "--index.reaper.pace=100ms"));
    words.addAll(List.of(more));
    return new ServerProcess(directory.resolve("log"), words.toArray(String[]::new));
  }

  private static void put(S3Client client, String key, int length) {
    client.putObject(
        r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(Bodies.bytes(length, length)));
  }

  private static boolean holds(S3Client client, String key, int length) {
    byte[] found = client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asByteArray();
    return java.util.Arrays.equals(found, Bodies.bytes(length, length));
  }

  private static int status(S3Client client, String key) {
    try {
      client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key));
      return 200;
    } catch (S3Exception e) {
      return e.statusCode();
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }

  private TarnCommand good(Object... words) throws Exception {
    TarnCommand ran = TarnCommand.run(words);
    assertThat(ran.exit()).as(ran.said()).isZero();
    return ran;
  }

  private void refused(String why, Object... words) throws Exception {
    TarnCommand ran = TarnCommand.run(words);
    assertThat(ran.exit()).as(ran.said()).isEqualTo(1);
    assertThat(ran.said()).contains(why);
  }

  @Test
  void what_was_there_at_the_backup_is_there_after_the_metadata_is_lost() throws Exception {
    try (ServerProcess server = server().start();
        S3Client client = server.client()) {
      client.createBucket(r -> r.bucket(BUCKET));
      put(client, "small", 10);
      put(client, "large", LARGE);
      put(client, "deleted-small", 20);
      put(client, "deleted-large", 2 * LARGE);
      var ended = new AtomicBoolean();
      Thread writer = Thread.ofPlatform().start(() -> write(client, ended));
      good("metadata", "backup", backup, "--data", data);
      refused("is not empty", "metadata", "backup", backup, "--data", data);
      ended.set(true);
      writer.join();
      put(client, "since", 3 * LARGE);
      client.deleteObject(r -> r.bucket(BUCKET).key("deleted-small"));
      client.deleteObject(r -> r.bucket(BUCKET).key("deleted-large"));
      awaitNoBlobOf(2 * LARGE);
      server.kill();
    }
    assertThat(good("metadata", "verify", backup).said()).contains("whole");
    refused("is not empty", "metadata", "restore", backup, metadata);
    delete(metadata);
    assertThatThrownBy(() -> server().start()).hasMessageContaining("tarn metadata restore");
    good("metadata", "restore", backup, metadata);
    for (int life = 0; life < 2; life++) {
      try (ServerProcess server = server().start();
          S3Client client = server.client()) {
        assertThat(holds(client, "small", 10)).isTrue();
        assertThat(holds(client, "large", LARGE)).isTrue();
        assertThat(holds(client, "deleted-small", 20)).as("its bytes are metadata").isTrue();
        assertThat(status(client, "deleted-large"))
            .as("gone, and not in silence")
            .isGreaterThanOrEqualTo(500);
        assertThat(status(client, "since")).isEqualTo(404);
        // Of what was written meanwhile all that is listed is whole: the copy is of one moment.
        for (S3Object each : client.listObjectsV2(r -> r.bucket(BUCKET).prefix("w")).contents()) {
          assertThat(holds(client, each.key(), Math.toIntExact(each.size()))).isTrue();
        }
        fsckFindsWhatChangedMeanwhile();
        put(client, "after" + life, LARGE);
        if (life > 0) assertThat(holds(client, "after0", LARGE)).isTrue();
        server.kill();
      }
    }
    try (ServerProcess server = server().start();
        S3Client client = server.client()) {
      whatBelongsToNobodyIsGivenUpOnceNothingElseIsWrong(client);
    }
  }

  private void whatBelongsToNobodyIsGivenUpOnceNothingElseIsWrong(S3Client client)
      throws Exception {
    TarnCommand refused = TarnCommand.run("fsck", "--repair", "--data", data);
    assertThat(refused.exit()).as(refused.said()).isEqualTo(1);
    assertThat(refused.said()).contains("not repaired: objects are not whole");
    client.deleteObject(r -> r.bucket(BUCKET).key("deleted-large"));
    TarnCommand looked = TarnCommand.run("fsck", "--data", data);
    assertThat(looked.exit()).as("still there").isEqualTo(1);
    assertThat(good("fsck", "--repair", "--data", data).said())
        .contains("will be removed in 7 days");
    assertThat(good("fsck", "--data", data).said()).contains(" 0 not whole, 0 blobs of no object");
    ServerProcess.pause(1000); // some rounds of the collector
    assertThat(new VolumeFiles(data).blobs())
        .as("the bytes of \"since\"")
        .anyMatch(path -> size(path) > 3 * LARGE);
  }

  /// Only that, by name: the object whose bytes are gone, and what the bytes that are left were.
  private void fsckFindsWhatChangedMeanwhile() throws Exception {
    TarnCommand found = TarnCommand.run("fsck", "--data", data);
    assertThat(found.exit()).as(found.said()).isEqualTo(1);
    assertThat(found.said()).contains("not whole: %s/deleted-large: blob ".formatted(BUCKET));
    assertThat(found.said()).contains(", 1 not whole, ").doesNotContain("/large:");
    assertThat(found.said())
        .as("the blob of \"since\"")
        .contains("belongs to no object: blob ")
        .contains(", written for %s/since at ".formatted(BUCKET))
        .contains(data.toString());
  }

  private static void write(S3Client client, AtomicBoolean ended) {
    for (int i = 0; !ended.get(); i++) put(client, "w" + i, i % 2 == 0 ? 100 + i : LARGE + i);
  }

  private void awaitNoBlobOf(long length) throws IOException {
    for (int i = 0; i < 300; i++) {
      if (new VolumeFiles(data)
          .blobs().stream().noneMatch(path -> size(path) >= length && size(path) < length + 4096)) {
        return;
      }
      ServerProcess.pause(100);
    }
    throw new AssertionError("the deleted object keeps its bytes");
  }

  private static long size(Path blob) {
    try {
      return Files.size(blob);
    } catch (IOException e) {
      return 0; // deleted just now
    }
  }

  @Test
  void a_damaged_backup_is_found_and_never_restored_and_half_a_restore_is_never_served()
      throws Exception {
    try (ServerProcess server = server().start();
        S3Client client = server.client()) {
      client.createBucket(r -> r.bucket(BUCKET));
      put(client, "small", 10);
      put(client, "large", LARGE);
      assertThat(good("fsck", "--data", data).said()).contains("2 versions checked, 0 not whole");
      good("metadata", "backup", backup, "--data", data);
      assertThat(server.stop()).isZero();
    }
    Path lost = directory.resolve("lost");
    Files.move(metadata, lost);
    List<Path> files;
    try (Stream<Path> all = Files.walk(backup)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSizeGreaterThan(6);
    for (Path each : files) {
      if (Files.size(each) == 0) continue;
      byte[] good = Files.readAllBytes(each);
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 1;
      Files.write(each, bad);
      assertThat(TarnCommand.run("metadata", "verify", backup).exit()).as("%s", each).isEqualTo(1);
      Files.write(each, good);
    }
    Path kept = directory.resolve("kept");
    Files.move(backup.resolve("db/db/CURRENT"), kept);
    refused("CURRENT is missing", "metadata", "restore", backup, metadata);
    Files.move(kept, backup.resolve("db/db/CURRENT"));
    Files.move(backup.resolve("backup.json"), kept);
    refused("is no backup", "metadata", "restore", backup, metadata);
    Files.move(kept, backup.resolve("backup.json"));
    Path stray = Files.writeString(backup.resolve("db/db/000001.log"), "stray");
    refused("does not belong", "metadata", "verify", backup);
    Files.delete(stray);
    assertThat(metadata).doesNotExist();

    good("metadata", "restore", backup, metadata);
    Files.move(metadata.resolve("node.json"), metadata.resolve("node.json.restored"));
    Files.delete(metadata.resolve("db/db/CURRENT"));
    assertThatThrownBy(() -> server().start()).hasMessageContaining("tarn metadata restore");
    good("metadata", "restore", backup, metadata);
    try (ServerProcess server = server().start();
        S3Client client = server.client()) {
      assertThat(holds(client, "small", 10)).isTrue();
    }
  }

  @Test
  void a_full_disk_leaves_no_half_backup_and_no_half_restore_is_served() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: a disk of its own that is full");
    try (var image = LoopImage.create(directory, "small", 64)) {
      Path filler = image.directory().resolve("filler");
      Path there = image.directory().resolve("backup");
      try (ServerProcess server = server().start();
          S3Client client = server.client()) {
        client.createBucket(r -> r.bucket(BUCKET));
        for (int i = 0; i < 100; i++) put(client, "small" + i, 60_000 + i);
        fill(filler, image.directory(), 2 << 20);
        assertThat(TarnCommand.run("metadata", "backup", there, "--data", data).exit())
            .isEqualTo(1);
        assertThat(there).doesNotExist();
        assertThat(TarnCommand.run("status", "--data", data).said())
            .contains("ALARM: the last backup of the metadata failed");
        good("metadata", "backup", backup, "--data", data);
        assertThat(TarnCommand.run("status", "--data", data).said()).doesNotContain("ALARM");
        assertThat(server.stop()).isZero();
      }
      delete(metadata);
      Path restored = image.directory().resolve("metadata");
      assertThat(TarnCommand.run("metadata", "restore", backup, restored).exit()).isEqualTo(1);
      assertThat(restored).isNotEmptyDirectory();
      String elsewhere = "--metadata=" + restored;
      assertThatThrownBy(() -> server(elsewhere).start())
          .hasMessageContaining("tarn metadata restore");
      Files.delete(filler);
      good("metadata", "restore", backup, restored);
      try (ServerProcess server = server(elsewhere, "--meta.reserve=1MiB").start();
          S3Client client = server.client()) {
        for (int i = 0; i < 100; i++) assertThat(holds(client, "small" + i, 60_000 + i)).isTrue();
      }
    }
  }

  /// Leaves so much of the disk.
  private static void fill(Path file, Path disk, long left) throws IOException {
    byte[] piece = new byte[64 << 10];
    try (var out = Files.newOutputStream(file)) {
      while (Files.getFileStore(disk).getUsableSpace() > left) out.write(piece);
    }
  }

  @Test
  void a_server_makes_backups_by_itself_and_keeps_the_newest() throws Exception {
    Path to = directory.resolve("backups");
    String[] schedule = {"--backup.to=" + to, "--backup.every=1s", "--backup.keep=2"};
    List<Path> kept;
    try (ServerProcess server = server(schedule).start();
        S3Client client = server.client()) {
      client.createBucket(r -> r.bucket(BUCKET));
      put(client, "small", 10);
      Path first = awaitBackup(to, "");
      Path unfinished =
          Files.createDirectories(
              to.resolve(first.getFileName().toString().replaceFirst("^....", "2001")));
      Path foreign = Files.createDirectories(to.resolve("20010101T000000.000Z-another"));
      Path last = first;
      for (int i = 0; i < 3; i++) last = awaitBackup(to, last.getFileName().toString());
      assertThat(server.stop()).isZero();
      assertThat(first).doesNotExist();
      assertThat(unfinished).doesNotExist();
      assertThat(foreign).exists();
    }
    try (Stream<Path> all = Files.list(to)) {
      kept = all.filter(path -> Files.exists(path.resolve("backup.json"))).sorted().toList();
    }
    assertThat(kept).hasSize(2);
    delete(metadata);
    good("metadata", "restore", kept.getLast(), metadata);
    try (ServerProcess server = server().start();
        S3Client client = server.client()) {
      assertThat(holds(client, "small", 10)).isTrue();
    }
  }

  /// A whole one that is newer.
  private static Path awaitBackup(Path to, String after) throws IOException {
    for (int i = 0; i < 600; i++) {
      ServerProcess.pause(100);
      if (!Files.exists(to)) continue;
      try (Stream<Path> all = Files.list(to)) {
        Optional<Path> newest =
            all.filter(path -> Files.exists(path.resolve("backup.json")))
                .filter(path -> path.getFileName().toString().compareTo(after) > 0)
                .max(Comparator.naturalOrder());
        if (newest.isPresent()) return newest.get();
      }
    }
    throw new AssertionError("no backup after " + after);
  }
}
