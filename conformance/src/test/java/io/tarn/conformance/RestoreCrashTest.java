package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.conformance.TracedDisk.After;
import io.tarn.node.Main;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Crashes at every system call of `tarn metadata restore`: the directory is no metadata until all
/// of it is there, a server on it either serves the restored node or refuses to start and says what
/// to do, and the same command given again ends what was begun.
@Tag("slow")
class RestoreCrashTest {
  private static final int STARTS = Integer.getInteger("tarn.crash.starts", 6);
  private static final String BUCKET = "restored";
  private static final int[] LENGTHS = {10, 200_000};

  private final long seed = Long.getLong("tarn.seed", System.nanoTime());

  @TempDir Path directory;
  private Path data;
  private Path backup;
  private int lefts;

  @BeforeAll
  static void aTracerIsThere() throws InterruptedException {
    assumeTrue(Tracer.possible(), "SKIPPED, needs strace: crashes of a restore");
  }

  @BeforeEach
  void places() {
    data = directory.resolve("data");
    backup = directory.resolve("backup");
  }

  @Test
  void whatever_the_system_call_there_is_all_of_the_metadata_or_a_start_is_refused()
      throws Exception {
    System.out.println("tarn.seed=" + seed);
    makeBackup();
    Path files = Files.createDirectory(directory.resolve("files"));
    Path target = files.resolve("metadata");
    var tracer = new Tracer(directory.resolve("trace"));
    List<FileCall> calls =
        new TracedProcess(directory, Main.class, tracer)
            .run("metadata", "restore", backup.toString(), target.toString());
    for (After after : After.values()) {
      List<Integer> places = new ArrayList<>();
      var disk = new TracedDisk(files);
      for (int i = 0; i < calls.size(); i++) {
        if (disk.apply(calls.get(i)) != after) continue;
        places.add(i + 1);
        Path left = left(disk, after);
        assertThat(half(left.resolve("metadata"))).as("%s, %s", after, calls.get(i)).isNull();
        delete(left);
      }
      assertThat(places).as("%s", after).hasSizeGreaterThan(10);
      startAtSomeOf(places, files, calls, after);
    }
  }

  private void makeBackup() throws Exception {
    try (ServerProcess server = server(data, data.resolve(".tarn")).start();
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      for (int length : LENGTHS) {
        client.putObject(
            request -> request.bucket(BUCKET).key("of" + length),
            RequestBody.fromBytes(Bodies.bytes(length, length)));
      }
      TarnCommand made = TarnCommand.run("metadata", "backup", backup, "--data", data);
      assertThat(made.exit()).as(made.said()).isZero();
      assertThat(server.stop()).isZero();
    }
    Files.move(data.resolve(".tarn"), directory.resolve("lost"));
  }

  private ServerProcess server(Path volume, Path metadata) {
    return new ServerProcess(
        directory.resolve("log" + lefts++), volume.toString(), "--metadata=" + metadata);
  }

  private Path left(TracedDisk disk, After after) throws IOException {
    Path left = Files.createDirectory(directory.resolve("left" + lefts++));
    disk.restore(left, after);
    return left;
  }

  /// What is missing of metadata that counts as there; null when nothing is, or it does not count.
  private @Nullable String half(Path metadata) throws IOException {
    if (!Files.exists(metadata.resolve("node.json"))) return null;
    try (Stream<Path> all = Files.walk(backup)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (Files.isDirectory(each) || each.endsWith("backup.json")) continue;
        Path restored = metadata.resolve(backup.relativize(each));
        if (!Files.exists(restored)) return restored + " is not there";
        if (Files.mismatch(each, restored) >= 0) return restored + " is another";
      }
    }
    return null;
  }

  private void startAtSomeOf(List<Integer> places, Path files, List<FileCall> calls, After after)
      throws Exception {
    var chosen = new TreeSet<Integer>(List.of(places.getFirst(), places.getLast()));
    var random = new Random(seed);
    while (chosen.size() < Math.min(STARTS, places.size())) {
      chosen.add(places.get(random.nextInt(places.size())));
    }
    for (int place : chosen) {
      var disk = new TracedDisk(files);
      calls.subList(0, place).forEach(disk::apply);
      Path left = left(disk, after);
      Path metadata = left.resolve("metadata");
      boolean whole = Files.exists(metadata.resolve("node.json"));
      String when = "seed %d, %s at %d, %s".formatted(seed, after, place, calls.get(place - 1));
      if (!whole) {
        for (String volume : List.of("data", "new")) // on what is left of the node, or on nothing
        {
          refused(directory.resolve(volume), metadata, when);
        }
        TarnCommand again = TarnCommand.run("metadata", "restore", backup, metadata);
        assertThat(again.exit()).as(when + ": " + again.said()).isZero();
      }
      serves(metadata, when);
      delete(left);
    }
  }

  /// On an empty directory nothing tells of the node, unless the restore does.
  private void refused(Path volume, Path metadata, String when) throws Exception {
    boolean begun = Files.exists(metadata.resolve("node.json.restored"));
    if (!begun && !volume.equals(data)) return;
    try (ServerProcess server = server(volume, metadata)) {
      server.start();
      throw new AssertionError("it starts: " + when);
    } catch (ServerProcess.Ended e) {
      assertThat(e.said()).as(when).contains("tarn metadata restore");
    }
  }

  private void serves(Path metadata, String when) throws Exception {
    try (ServerProcess server = server(data, metadata).start();
        S3Client client = server.client()) {
      for (int length : LENGTHS) {
        byte[] read =
            client
                .getObjectAsBytes(request -> request.bucket(BUCKET).key("of" + length))
                .asByteArray();
        assertThat(Arrays.equals(read, Bodies.bytes(length, length))).as(when).isTrue();
      }
      assertThat(server.stop()).isZero();
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }
}
