package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CrashedStore.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damages every kind of file: what comes back is an error or the right value.
final class RocksDamageTest {

  private static final MetaSettings SETTINGS = MetaSettings.DEFAULTS;

  @TempDir Path temporary;
  private CrashedStore store;

  /// A store that was flushed once, filled further and then lost its process.
  @BeforeEach
  void makeStore() throws IOException {
    store = new CrashedStore(temporary);
    store.fill("one", 60);
    store.fillAndCrash("two", 60);
  }

  @Test
  void a_store_that_lost_its_process_has_every_acknowledged_row() {
    assertThat(store.look(store.files(), "undamaged")).isEqualTo(Verdict.COMPLETE);
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
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    System.out.println("tarn.seed=" + seed);
    Random random = new Random(seed);
    Map<String, Integer> verdicts = new TreeMap<>();
    for (Path file : CrashedStore.filesIn(store.files())) {
      long size = Files.size(file);
      for (int i = 0; i < perFile && size > 0; i++) {
        // The ends of files are where a reader is most tempted to be tolerant.
        long at =
            i == 0
                ? size - 1
                : i == 1 ? 0 : i == 2 ? Math.max(0, size - 40) : random.nextLong(size);
        int bit = random.nextInt(8);
        Path damaged = store.copy();
        CrashedStore.flip(damaged.resolve(store.files().relativize(file)), at, bit);
        String what =
            "seed %d: %s with bit %d flipped at %d of %d"
                .formatted(seed, file.getFileName(), bit, at, size);
        Verdict verdict = store.look(damaged, what);
        verdicts.merge(CrashedStore.kind(file) + " " + verdict, 1, Integer::sum);
      }
    }
    assertThat(verdicts.keySet())
        .as("seed %d: %s", seed, verdicts)
        .anyMatch(v -> v.startsWith("sst REFUSED"))
        .anyMatch(v -> v.startsWith("blob REFUSED"))
        .anyMatch(v -> v.startsWith("log REFUSED"))
        .anyMatch(v -> v.startsWith("MANIFEST REFUSED"));
  }

  @Test
  void a_missing_file_is_an_error_or_does_no_harm() throws IOException {
    for (Path file : CrashedStore.filesIn(store.files())) {
      Path damaged = store.copy();
      Files.delete(damaged.resolve(store.files().relativize(file)));
      store.look(damaged, "without " + file.getFileName());
    }
  }

  @Test
  void a_cut_log_that_lost_acknowledged_commits_is_an_error() throws IOException {
    long size = Files.size(CrashedStore.filesIn(store.files(), "log").getFirst());
    for (long left : new long[] {0, 1, size / 3, size / 2, size - 6_200, size - 100, size - 1}) {
      Path damaged = store.copy();
      CrashedStore.truncate(CrashedStore.filesIn(damaged, "log").getFirst(), left);
      String what = "%d of %d bytes left".formatted(left, size);
      assertThat(store.look(damaged, what)).as(what).isEqualTo(Verdict.REFUSED_TO_OPEN);
    }
  }

  @Test
  void a_torn_write_after_the_last_acknowledged_commit_is_dropped() throws IOException {
    byte[] log = Files.readAllBytes(CrashedStore.filesIn(store.files(), "log").getFirst());
    for (int torn : new int[] {1, 6, 7, 50, 4_000, 5_000}) {
      Path damaged = store.copy();
      Files.write(
          CrashedStore.filesIn(damaged, "log").getFirst(),
          Arrays.copyOf(log, torn),
          StandardOpenOption.APPEND);
      String what = torn + " torn bytes";
      assertThat(store.look(damaged, what)).as(what).isEqualTo(Verdict.COMPLETE);
      assertThat(store.look(damaged, what)).as(what + ", again").isEqualTo(Verdict.COMPLETE);
    }
  }

  @Test
  void an_error_says_which_file_is_damaged() throws IOException {
    for (String kind : List.of("sst", "blob")) {
      Path damaged = store.copy();
      Path file = CrashedStore.filesIn(damaged, kind).getFirst();
      CrashedStore.flip(file, 100, 3);
      try (RocksMetaStore opened =
          RocksMetaStore.open(damaged, SETTINGS, MetaStoreWords.CONTENTS)) {
        List<Damage> damage = MetaStore.await(opened.verify());
        assertThat(damage)
            .extracting(Damage::file)
            .containsExactly(String.valueOf(file.getFileName()));
      }
    }
  }

  @Test
  void a_manifest_damaged_while_it_is_in_use_is_found() throws IOException {
    Path damaged = store.copy();
    try (RocksMetaStore opened = RocksMetaStore.open(damaged, SETTINGS, MetaStoreWords.CONTENTS)) {
      assertThat(MetaStore.await(opened.verify())).isEmpty();
      Path manifest = CrashedStore.filesIn(damaged, "MANIFEST").getLast();
      CrashedStore.flip(manifest, 63, 2);
      assertThat(MetaStore.await(opened.verify()))
          .extracting(Damage::file)
          .containsExactly(String.valueOf(manifest.getFileName()));
    }
  }

  @Test
  void a_lost_database_is_not_taken_for_a_new_one() throws IOException {
    Path damaged = store.copy();
    CrashedStore.delete(damaged.resolve("db"));

    assertThatThrownBy(() -> RocksMetaStore.open(damaged, SETTINGS, MetaStoreWords.CONTENTS))
        .isInstanceOf(MetaException.Corrupt.class)
        .hasMessageContaining("CURRENT");
  }

  @Test
  void tables_without_a_current_and_without_a_watermark_are_not_taken_for_a_new_store()
      throws IOException {
    for (String kind : List.of("sst", "blob")) {
      Path damaged = store.copy();
      Files.delete(damaged.resolve("watermark"));
      Files.delete(damaged.resolve("db/CURRENT"));
      String other = kind.equals("sst") ? "blob" : "sst";
      for (Path file : CrashedStore.filesIn(damaged, other)) Files.delete(file);
      List<Path> left = CrashedStore.filesIn(damaged);

      assertThatThrownBy(() -> RocksMetaStore.open(damaged, SETTINGS, MetaStoreWords.CONTENTS))
          .isInstanceOf(MetaException.Corrupt.class)
          .hasMessageContaining("has tables but no CURRENT");
      assertThat(CrashedStore.filesIn(damaged)).containsAll(left);
    }
  }

  @Test
  void a_second_process_cannot_open_the_store() {
    try (RocksMetaStore opened =
        RocksMetaStore.open(store.files(), SETTINGS, MetaStoreWords.CONTENTS)) {
      assertThat(opened.health().writable()).isTrue();
      assertThatThrownBy(
              () -> RocksMetaStore.open(store.files(), SETTINGS, MetaStoreWords.CONTENTS))
          .isInstanceOf(MetaException.Unavailable.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void a_backup_is_a_complete_store() throws IOException {
    Path restored = temporary.resolve("restored");
    try (RocksMetaStore opened =
        RocksMetaStore.open(store.files(), SETTINGS, MetaStoreWords.CONTENTS)) {
      long sequence = MetaStore.await(opened.backup(restored));
      assertThat(sequence).isEqualTo(opened.health().appliedSequence());
    }
    assertThat(store.look(restored, "a backup")).isEqualTo(Verdict.COMPLETE);
  }
}
