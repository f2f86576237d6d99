package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.conformance.Ledger.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Damage to every kind of file. A server may refuse to start, and says why; or it serves each
/// object right or not at all. Never wrong bytes, never "no such key" for what is there, never a
/// listing that leaves something out.
@Tag("slow")
class DamageTest {
  private static final String BUCKET = "damage";
  private static final long SEED = Long.getLong("tarn.seed", System.nanoTime());
  /// What leaves a file that can be found to be damaged.
  private static final List<Damage> LEFT_BEHIND =
      Stream.of(Damage.values()).filter(damage -> damage != Damage.GONE).toList();
  /// Of a record in the files that RocksDB appends to: checksum, length (2 bytes), type (1).
  private static final int RECORD_HEADER = 7;
  private static final Map<String, Content> OBJECTS = new TreeMap<>();

  @TempDir static Path directory;
  private static int copies;

  /// A kind of file, by where it lies in the data directory.
  private enum Kind {
    BLOB("blobs/.*"),
    VOLUME_FORMAT("volume\\.json"),
    NODE_FORMAT("\\.tarn/node\\.json"),
    MASTER_KEY("\\.tarn/.*master.*"),
    WATERMARK("\\.tarn/db/watermark"),
    TABLE(".*\\.sst"),
    METADATA_BLOB(".*\\.blob"),
    LOG(".*/[0-9]+\\.log"),
    MANIFEST(".*/MANIFEST-[0-9]+"),
    CURRENT(".*/CURRENT"),
    OPTIONS(".*/OPTIONS-[0-9]+"),
    IDENTITY(".*/IDENTITY");

    final String pattern;

    Kind(String pattern) {
      this.pattern = pattern;
    }

    List<Path> in(Path data) throws IOException {
      return VolumeFiles.files(data).stream()
          .filter(file -> data.relativize(file).toString().matches(pattern))
          .toList();
    }
  }

  /// A data directory with tables and blob files of the metadata store, a log with commits that are
  /// nowhere else, and blobs.
  @BeforeAll
  static void fill() throws Exception {
    System.out.println("tarn.seed=" + SEED);
    var random = new Random(SEED);
    try (ServerProcess server = server(pristine())) {
      server.start();
      try (S3Client client = server.client()) {
        client.createBucket(request -> request.bucket(BUCKET));
        fill(client, "a", random);
      }
      assertThat(server.stop()).isZero();
      server.start();
      try (S3Client client = server.client()) {
        fill(client, "b", random);
      }
      server.kill();
    }
    for (Kind kind : Kind.values()) {
      assertThat(kind.in(pristine())).as("files of the kind %s", kind).isNotEmpty();
    }
  }

  private static void fill(S3Client client, String prefix, Random random) {
    int[] lengths = {0, 100, 3_000, 20_000, 60_000, 100_000, 300_000, 2_000_000};
    for (int length : lengths) {
      var content = new Content(random.nextLong(), length);
      String key = prefix + "/" + length;
      client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(content.bytes()));
      OBJECTS.put(key, content);
    }
  }

  private static Path pristine() {
    return directory.resolve("pristine");
  }

  private static ServerProcess server(Path data) {
    return new ServerProcess(data.resolveSibling(data.getFileName() + ".log"), data.toString());
  }

  /// A copy of the directory to be damaged.
  private static synchronized Path copy() throws IOException {
    Path target = directory.resolve("copy" + copies++);
    try (Stream<Path> walk = Files.walk(pristine())) {
      for (Path from : (Iterable<Path>) walk::iterator) {
        Files.copy(
            from,
            target.resolve(pristine().relativize(from).toString()),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return target;
  }

  @TestFactory
  Stream<DynamicTest> damage_to_any_kind_of_file_never_lies() {
    var tests = new ArrayList<DynamicTest>();
    for (Kind kind : Kind.values()) {
      for (Damage damage : Damage.values()) {
        tests.add(
            DynamicTest.dynamicTest(
                "%s %s".formatted(kind, damage), () -> damageOne(kind, damage)));
      }
    }
    return tests.stream();
  }

  private static void damageOne(Kind kind, Damage damage) throws Exception {
    var random = new Random(SEED ^ (kind + " " + damage).hashCode());
    Path data = copy();
    List<Path> files = kind.in(data);
    Path file = files.get(random.nextInt(files.size()));
    damage.doTo(file, random);
    tellsTheTruth(data, damage == Damage.GONE ? "" : file.getFileName().toString(), kind);
  }

  /// `file` is what the scrubber must find if it is a file that it reads.
  private static void tellsTheTruth(Path data, String file, Kind kind) throws Exception {
    try (ServerProcess server = server(data)) {
      server.start();
      try (S3Client client = server.client()) {
        var wrong = new ArrayList<>(lies(client));
        boolean scrubbed = kind == Kind.BLOB || kind == Kind.TABLE || kind == Kind.METADATA_BLOB;
        if (scrubbed && !file.isEmpty()) {
          String report = scrub(server);
          if (!report.contains(file)) {
            wrong.add("the scrubber did not find %s: %s".formatted(file, report));
          }
        }
        assertThat(wrong).as("seed %d", SEED).isEmpty();
      }
    } catch (ServerProcess.Ended e) {
      assertThat(e).as("seed %d", SEED).hasMessageContaining("cannot start: ");
      assertThat(e.said()).doesNotContain("\tat ");
      assertThat(e.code()).isEqualTo(1);
      String why = e.said().substring(e.said().lastIndexOf("cannot start: "));
      System.out.println("  " + why.strip());
    }
    delete(data);
  }

  /// What the server says that is not so. A refusal is no lie.
  private static List<String> lies(S3Client client) {
    var lies = new ArrayList<String>();
    OBJECTS.forEach(
        (key, content) -> {
          try {
            byte[] found = client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asByteArray();
            if (!Arrays.equals(found, content.bytes())) lies.add(key + " has other bytes");
          } catch (S3Exception e) {
            if (e.statusCode() < 500) lies.add("%s: %s".formatted(key, e));
          } catch (SdkException e) {
            System.out.println("  cut off: " + key); // damage met after the first byte was sent
          }
        });
    try {
      List<String> listed =
          client.listObjectsV2(request -> request.bucket(BUCKET)).contents().stream()
              .map(item -> item.key())
              .toList();
      List<String> expected = OBJECTS.keySet().stream().sorted().toList();
      if (!listed.equals(expected)) lies.add("listed " + listed);
    } catch (S3Exception e) {
      if (e.statusCode() < 500) lies.add("listing: " + e);
    }
    return lies;
  }

  private static String scrub(ServerProcess server) throws IOException {
    String report = server.admin("POST", "scrub");
    Instant deadline = Instant.now().plusSeconds(60);
    while (report.replace(" ", "").contains("\"running\":true")) {
      if (Instant.now().isAfter(deadline)) throw new IOException("no end of the scrub: " + report);
      ServerProcess.pause(20);
      report = server.admin("GET", "scrub");
    }
    return report;
  }

  @Test
  void the_scrubber_finds_every_damaged_blob_in_one_pass() throws Exception {
    var random = new Random(SEED);
    Path data = copy();
    var damaged = new ArrayList<String>();
    for (Path file : Kind.BLOB.in(data)) {
      Damage damage = LEFT_BEHIND.get(random.nextInt(LEFT_BEHIND.size()));
      damage.doTo(file, random);
      damaged.add(file.getFileName().toString());
    }
    try (ServerProcess server = server(data).start();
        S3Client client = server.client()) {
      assertThat(scrub(server)).contains(damaged);
      assertThat(lies(client)).isEmpty();
    }
    delete(data);
  }

  @Test
  void two_blobs_that_were_exchanged_are_not_served() throws Exception {
    Path data = copy();
    List<Path> blobs = Kind.BLOB.in(data);
    Path first = blobs.getFirst();
    Path second = blobs.get(1);
    for (Path other : blobs) {
      if (!other.equals(first) && Files.size(other) == Files.size(first)) second = other;
    }
    exchange(first, second);
    tellsTheTruth(data, second.getFileName().toString(), Kind.BLOB);
  }

  @Test
  void two_tables_of_metadata_that_were_exchanged_are_not_served() throws Exception {
    Path data = copy();
    List<Path> tables = Kind.TABLE.in(data);
    exchange(tables.getFirst(), tables.getLast());
    tellsTheTruth(data, "", Kind.TABLE);
  }

  private static void exchange(Path first, Path second) throws IOException {
    Path aside = first.resolveSibling("aside");
    Files.move(first, aside);
    Files.move(second, first);
    Files.move(aside, second);
  }

  @Test
  void a_record_that_became_one_of_another_type_is_refused_and_its_file_named() throws Exception {
    for (Kind kind : List.of(Kind.MANIFEST, Kind.LOG)) {
      Path data = copy();
      Path file = kind.in(data).getLast();
      byte[] bytes = Files.readAllBytes(file);
      int lengthOfFirst = (bytes[4] & 0xff) | (bytes[5] & 0xff) << 8;
      bytes[RECORD_HEADER + lengthOfFirst + RECORD_HEADER - 1] ^= 4;
      Files.write(file, bytes);
      try (ServerProcess server = server(data)) {
        assertThatThrownBy(server::start)
            .isInstanceOf(ServerProcess.Ended.class)
            .hasMessageContaining("cannot start: " + file + " is damaged");
      }
      delete(data);
    }
  }

  @Test
  void metadata_that_is_gone_as_a_whole_is_no_first_start() throws Exception {
    for (String gone : List.of(".tarn/db", ".tarn/db/db", ".tarn", "blobs")) {
      Path data = copy();
      delete(data.resolve(gone));
      tellsTheTruth(data, "", Kind.CURRENT);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> walk = Files.walk(tree)) {
      for (Path path :
          (Iterable<Path>) walk.sorted(java.util.Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    }
  }
}
