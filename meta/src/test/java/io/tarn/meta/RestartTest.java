package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.CrashedStore.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A crash, a start, and another crash. What the first process wrote into its log and never synced
/// the second one finds in the page cache, where the power cut that follows does not find it.
final class RestartTest {
  @TempDir Path temporary;

  @Test
  void what_a_start_replayed_outlives_the_log_it_was_replayed_from() throws IOException {
    CrashedStore store = new CrashedStore(temporary);
    store.fillAndCrash("first", 40);
    List<String> before = logs(store.files());
    store.fillAndCrash("second", 40);
    loseAllOf(store.files(), before);

    assertThat(store.look(store.files(), "the third life")).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void it_does_so_from_the_moment_the_store_is_open() throws IOException {
    CrashedStore store = new CrashedStore(temporary);
    store.fillAndCrash("first", 40);
    List<String> before = logs(store.files());
    store.fillAndCrash("nothing", 0);
    loseAllOf(store.files(), before);

    assertThat(store.look(store.files(), "the third life")).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void a_start_after_a_clean_end_writes_no_tables() throws IOException {
    CrashedStore store = new CrashedStore(temporary);
    store.fill("first", 40);
    int tables = CrashedStore.filesIn(store.files(), "sst").size();
    store.fill("nothing", 0);

    assertThat(CrashedStore.filesIn(store.files(), "sst")).hasSize(tables);
  }

  private static List<String> logs(Path files) throws IOException {
    return CrashedStore.filesIn(files, "log").stream()
        .map(Path::getFileName)
        .map(Path::toString)
        .toList();
  }

  private static void loseAllOf(Path files, List<String> logs) throws IOException {
    for (String log : logs) {
      Path file = files.resolve("db").resolve(log);
      if (Files.exists(file)) CrashedStore.truncate(file, 0);
    }
  }
}
