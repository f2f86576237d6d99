package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damages every kind of file: what comes back is an error or the right value.
final class RocksDamageTest {

  private static final MetaSettings SETTINGS = MetaSettings.DEFAULTS;

  @TempDir Path temporary;
  private Path original;
  private final Map<MetaKey, byte[]> expected = new TreeMap<>();

  /// A store that was flushed once, filled further and then lost its process.
  @BeforeEach
  void makeStore() throws IOException {
    Path directory = temporary.resolve("live");
    try (RocksMetaStore store = RocksMetaStore.open(directory, SETTINGS)) {
      fill(store, "one", 60);
    }
    try (RocksMetaStore store = RocksMetaStore.open(directory, SETTINGS)) {
      fill(store, "two", 60);
      original = copy(directory, "crashed");
    }
  }

  private void fill(RocksMetaStore store, String name, int rows) {
    Random random = new Random(name.hashCode());
    for (int i = 0; i < rows; i++) {
      byte[] small = new byte[100];
      byte[] large = new byte[6_000];
      random.nextBytes(small);
      random.nextBytes(large);
      MetaKey index = MetaKey.of("O" + name + i);
      MetaKey content = MetaKey.of("D" + name + i);
      MetaStore.await(
          store.commit(
              Batch.of(
                  1, List.of(), List.of(new Op.Put(index, small), new Op.Put(content, large)))));
      expected.put(index, small);
      expected.put(content, large);
    }
  }

  @Test
  void a_store_that_lost_its_process_has_every_acknowledged_row() {
    assertThat(look(original)).isEqualTo("complete");
  }

  @Test
  void a_flipped_bit_in_a_sample_of_places_is_an_error_or_does_no_harm() throws IOException {
    flipBits(3);
  }

  @Test
  @Tag("slow")
  void a_flipped_bit_anywhere_is_an_error_or_does_no_harm() throws IOException {
    flipBits(25);
  }

  private void flipBits(int perFile) throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    Map<String, Integer> verdicts = new TreeMap<>();
    for (Path file : files(original)) {
      long size = Files.size(file);
      for (int i = 0; i < perFile && size > 0; i++) {
        // The ends of files are where a reader is most tempted to be tolerant.
        long at =
            i == 0
                ? size - 1
                : i == 1 ? 0 : i == 2 ? Math.max(0, size - 40) : random.nextLong(size);
        Path damaged = copy(original, "damaged");
        flip(damaged.resolve(original.relativize(file)), at, random.nextInt(8));
        String verdict = look(damaged);
        assertThat(verdict)
            .as("seed %d: %s with a flipped bit at %d of %d", seed, file.getFileName(), at, size)
            .isIn("complete", "refused to open", "refused to read");
        verdicts.merge(kind(file) + ": " + verdict, 1, Integer::sum);
        delete(damaged);
      }
    }
    assertThat(verdicts.keySet())
        .as("seed %d: %s", seed, verdicts)
        .anyMatch(v -> v.startsWith("sst: refused"))
        .anyMatch(v -> v.startsWith("blob: refused"))
        .anyMatch(v -> v.startsWith("log: refused"))
        .anyMatch(v -> v.startsWith("MANIFEST: refused"));
  }

  @Test
  void a_missing_file_is_an_error_or_does_no_harm() throws IOException {
    for (Path file : files(original)) {
      Path damaged = copy(original, "damaged");
      Files.delete(damaged.resolve(original.relativize(file)));
      assertThat(look(damaged))
          .as("without %s", file.getFileName())
          .isIn("complete", "refused to open", "refused to read");
      delete(damaged);
    }
  }

  @Test
  void a_cut_log_that_lost_acknowledged_commits_is_an_error() throws IOException {
    Path log =
        files(original).stream().filter(f -> kind(f).equals("log")).findFirst().orElseThrow();
    long size = Files.size(log);
    for (long left : new long[] {0, 1, size / 3, size / 2, size - 6_200, size - 100, size - 1}) {
      Path damaged = copy(original, "damaged");
      truncate(damaged.resolve(original.relativize(log)), left);
      assertThat(look(damaged)).as("%d of %d bytes left", left, size).isEqualTo("refused to open");
      delete(damaged);
    }
  }

  @Test
  void a_torn_write_after_the_last_acknowledged_commit_is_dropped() throws IOException {
    Path log =
        files(original).stream().filter(f -> kind(f).equals("log")).findFirst().orElseThrow();
    byte[] start = java.util.Arrays.copyOf(Files.readAllBytes(log), 5_000);
    for (int torn : new int[] {1, 6, 7, 50, 4_000, 5_000}) {
      Path damaged = copy(original, "damaged");
      Path tail = damaged.resolve(original.relativize(log));
      Files.write(
          tail, java.util.Arrays.copyOf(start, torn), java.nio.file.StandardOpenOption.APPEND);
      assertThat(look(damaged)).as("%d torn bytes", torn).isEqualTo("complete");
      assertThat(look(damaged)).as("%d torn bytes, opened again", torn).isEqualTo("complete");
      delete(damaged);
    }
  }

  @Test
  void an_error_says_which_file_is_damaged() throws IOException {
    for (String kind : List.of("sst", "blob")) {
      Path damaged = copy(original, "damaged");
      Path file =
          files(damaged).stream().filter(f -> kind(f).equals(kind)).findFirst().orElseThrow();
      flip(file, 100, 3);
      try (RocksMetaStore store = RocksMetaStore.open(damaged, SETTINGS)) {
        List<Damage> damage = MetaStore.await(store.verify());
        assertThat(damage)
            .extracting(Damage::file)
            .containsExactly(String.valueOf(file.getFileName()));
      }
      delete(damaged);
    }
  }

  @Test
  void a_lost_database_is_not_taken_for_a_new_one() throws IOException {
    Path damaged = copy(original, "damaged");
    delete(damaged.resolve("db"));

    assertThatThrownBy(() -> RocksMetaStore.open(damaged, SETTINGS))
        .isInstanceOf(MetaException.Corrupt.class)
        .hasMessageContaining("CURRENT");
  }

  @Test
  void a_second_process_cannot_open_the_store() {
    try (RocksMetaStore store = RocksMetaStore.open(original, SETTINGS)) {
      assertThat(store.health().writable()).isTrue();
      assertThatThrownBy(() -> RocksMetaStore.open(original, SETTINGS))
          .isInstanceOf(MetaException.Unavailable.class);
    }
  }

  @Test
  void a_backup_is_a_complete_store() throws IOException {
    Path restored = temporary.resolve("restored");
    Files.createDirectories(restored);
    try (RocksMetaStore store = RocksMetaStore.open(original, SETTINGS)) {
      long sequence = MetaStore.await(store.backup(restored.resolve("db")));
      assertThat(sequence).isEqualTo(store.health().appliedSequence());
    }
    assertThat(look(restored)).isEqualTo("complete");
  }

  /// Opens a store, reads everything in every way and compares.
  private String look(Path directory) {
    try (RocksMetaStore store = RocksMetaStore.open(directory, SETTINGS)) {
      boolean refused = false;
      for (Map.Entry<MetaKey, byte[]> row : expected.entrySet()) {
        try {
          Optional<Entry> found = MetaStore.await(store.get(row.getKey(), ReadLevel.LINEARIZABLE));
          assertThat(found.map(Entry::value)).hasValue(row.getValue());
        } catch (MetaException e) {
          refused = true;
        }
      }
      try {
        List<MetaKey> keys = new ArrayList<>();
        KeyRange all = new KeyRange(MetaKey.of("A"), MetaKey.of("Z"));
        for (Item item : MetaStore.await(store.scan(Scan.of(all, 1_000))).items()) {
          keys.add(((Item.Row) item).entry().key());
        }
        assertThat(keys).containsExactlyElementsOf(expected.keySet());
      } catch (MetaException e) {
        refused = true;
      }
      return refused ? "refused to read" : "complete";
    } catch (MetaException e) {
      return "refused to open";
    }
  }

  private static String kind(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.contains(".")) {
      return name.substring(name.lastIndexOf('.') + 1);
    }
    return name.replaceAll("-\\d+$", "");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("LOG") && !file.toString().contains("LOCK"))
          .sorted()
          .toList();
    }
  }

  private static void flip(Path file, long at, int bit) throws IOException {
    try (var channel =
        java.nio.channels.FileChannel.open(
            file, java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE)) {
      var one = java.nio.ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1 << bit)).rewind();
      channel.write(one, at);
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (var channel =
        java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private Path copy(Path from, String name) throws IOException {
    Path to = temporary.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.equals(from.resolve("native")) || file.startsWith(from.resolve("native"))) {
          continue;
        }
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path emptied, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.delete(emptied);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
