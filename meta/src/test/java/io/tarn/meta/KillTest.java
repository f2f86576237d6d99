package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class KillTest {

  private static final int ROUNDS = 5;

  @TempDir Path directory;

  @Test
  void acknowledged_commits_survive_kill_9_whole() throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    Random random = new Random(seed);
    Set<Integer> acknowledged = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      int first = round * 10_000_000;
      acknowledged.addAll(runAndKill(first, 500 + random.nextInt(5_000)));
      check(acknowledged, "seed " + seed + ", round " + round);
    }
  }

  private List<Integer> runAndKill(int first, int after) throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                ChildJvm.command(KilledWriter.class, directory.toString(), Integer.toString(first)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<Integer> acknowledged = new ArrayList<>();
    try (BufferedReader lines = writer.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        acknowledged.add(Integer.valueOf(line));
        if (acknowledged.size() == after) {
          // Through the handle: Process.destroyForcibly would close the pipe with what is still in
          // it.
          writer.toHandle().destroyForcibly();
        }
        line = lines.readLine();
      }
    }
    writer.waitFor();
    assertThat(acknowledged.size())
        .as("the writer was killed too late or died")
        .isGreaterThanOrEqualTo(after);
    // The kill may have cut the last line.
    acknowledged.removeLast();
    return acknowledged;
  }

  private void check(Set<Integer> acknowledged, String where) {
    try (RocksMetaStore store =
        RocksMetaStore.open(directory, MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS)) {
      for (int n : acknowledged) {
        assertThat(value(store, KilledWriter.index(n)))
            .as("%s: index row %d", where, n)
            .hasValue(KilledWriter.value(n, 100));
        assertThat(value(store, KilledWriter.content(n)))
            .as("%s: contents %d", where, n)
            .hasValue(KilledWriter.value(n, 5_000));
      }
      assertThat(count(store, "O")).as("%s: torn batches", where).isEqualTo(count(store, "D"));
    }
  }

  private static Optional<byte[]> value(RocksMetaStore store, MetaKey key) {
    return MetaStore.await(store.get(key)).map(Entry::value);
  }

  private static long count(RocksMetaStore store, String kind) {
    Scan all = Scan.of(KeyRange.ofPrefix(MetaKey.of(kind)), Scan.MAX_LIMIT).keysOnly();
    Page page = MetaStore.await(store.scan(all));
    assertThat(page.next()).isEmpty();
    return page.items().size();
  }
}
