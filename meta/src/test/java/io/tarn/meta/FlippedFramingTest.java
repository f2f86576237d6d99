package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CrashedStore.Verdict;
import io.tarn.settings.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flips every bit that frames the records of the MANIFEST and the logs of a store. Each open has
/// an end, none loses a row, and none changes the files it refuses.
final class FlippedFramingTest {

  private static final int HEADER_BYTES = 7;
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int RECYCLED_FULL = 5;

  @TempDir Path temporary;
  private CrashedStore store;

  /// A store with a table, and commits in two logs: one write buffer was full before the process
  /// was lost, and the other was not.
  @BeforeEach
  void makeStore() throws IOException {
    store = new CrashedStore(temporary);
    store.fill("one", 5);
    MetaSettings usual = MetaSettings.DEFAULTS;
    store.fillAndCrash(
        "two",
        16,
        new MetaSettings(
            usual.cache(),
            DataSize.ofKibibytes(64),
            usual.memtables(),
            usual.log(),
            usual.blobs(),
            usual.reserve(),
            usual.reads(),
            usual.commits()));
  }

  @Test
  void any_flipped_bit_of_the_manifest_is_refused() throws IOException {
    Path damaged = store.copy();
    Path manifest = CrashedStore.filesIn(damaged, "MANIFEST").getLast();
    for (int at = 0; at < Files.size(manifest); at++) assertFlipsAreRefused(damaged, manifest, at);
    assertThat(store.look(damaged, "all put back")).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void any_flipped_bit_of_a_header_in_a_log_is_refused() throws IOException {
    Path damaged = store.copy();
    List<Path> logs = CrashedStore.filesIn(damaged, "log");
    assertThat(logs).hasSizeGreaterThan(1);
    for (Path log : logs) {
      byte[] bytes = Files.readAllBytes(log);
      for (int at = 0; at < bytes.length; at = nextRecord(bytes, at)) {
        for (int i = 0; i < HEADER_BYTES; i++) assertFlipsAreRefused(damaged, log, at + i);
      }
    }
    assertThat(store.look(damaged, "all put back")).isEqualTo(Verdict.COMPLETE);
  }

  private void assertFlipsAreRefused(Path damaged, Path file, int at) throws IOException {
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      CrashedStore.flip(file, at, bit);
      String what = "%s with bit %d flipped at %d".formatted(file.getFileName(), bit, at);
      assertThat(store.look(damaged, what)).as(what).isEqualTo(Verdict.REFUSED_TO_OPEN);
      CrashedStore.flip(file, at, bit);
    }
  }

  private static int nextRecord(byte[] log, int at) {
    int length = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN).getShort(at + 4) & 0xffff;
    int next = at + HEADER_BYTES + length;
    int left = BLOCK_BYTES - next % BLOCK_BYTES;
    return left < HEADER_BYTES ? next + left : next;
  }

  @Test
  void a_refusal_names_the_file_the_place_and_what_to_do() throws IOException {
    Path damaged = store.copy();
    Path manifest = CrashedStore.filesIn(damaged, "MANIFEST").getLast();
    Files.write(manifest, withType(Files.readAllBytes(manifest), RECYCLED_FULL));

    assertThatThrownBy(
            () -> RocksMetaStore.open(damaged, MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS))
        .isInstanceOf(MetaException.Corrupt.class)
        .hasMessageContaining(manifest.toString())
        .hasMessageContaining("type 5")
        .hasMessageContaining("offset 0")
        .hasMessageContaining("backup");
  }

  private static byte[] withType(byte[] log, int type) {
    log[HEADER_BYTES - 1] = (byte) type;
    return log;
  }

  @Test
  void a_current_that_names_no_manifest_is_refused() throws IOException {
    Path damaged = store.copy();
    Path current = CrashedStore.filesIn(damaged, "CURRENT").getFirst();
    long size = Files.size(current);
    for (int at = 0; at < size; at++) assertFlipsAreRefused(damaged, current, at);
    assertThat(store.look(damaged, "all put back")).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void an_edit_of_the_manifest_that_a_crash_cut_short_is_dropped() throws IOException {
    byte[] edits = Files.readAllBytes(CrashedStore.filesIn(store.files(), "MANIFEST").getLast());
    int first = nextRecord(edits, 0);
    for (int torn : new int[] {1, 6, 7, 8, first / 2, first - 1}) {
      for (byte[] tail : List.of(Arrays.copyOf(edits, torn), new byte[torn])) {
        Path damaged = store.copy();
        Path manifest = CrashedStore.filesIn(damaged, "MANIFEST").getLast();
        Files.write(manifest, tail, StandardOpenOption.APPEND);
        String what = "%d more bytes, the first %d".formatted(torn, tail[0]);
        assertThat(store.look(damaged, what)).as(what).isEqualTo(Verdict.COMPLETE);
      }
    }
  }
}
