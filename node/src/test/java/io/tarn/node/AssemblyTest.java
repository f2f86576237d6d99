package io.tarn.node;

import static io.tarn.node.NodeMembership.ALONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.index.IndexRows;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.RocksMetaStore;
import io.tarn.meta.Scan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssemblyTest {
  @TempDir Path data;

  private void startAndEnd(InstantSource clock, String password) throws IOException {
    try (Assembly node =
        Assembly.start(config(password), () -> "", new Clocks(clock, System::nanoTime), ALONE)) {
      node.drain();
    }
  }

  private TarnConfig config(String password) throws IOException {
    return Configuration.read(
            Map.of("TARN_ROOT_USER", "root", "TARN_ROOT_PASSWORD", password),
            List.of(
                "--volumes=" + data,
                "--http.listen=127.0.0.1:" + WarmUp.freePort(),
                "--console-address=127.0.0.1:" + WarmUp.freePort(),
                "--drain=1s"))
        .value();
  }

  /// Whom [LastResort] would hear of, and end the process.
  @ParameterizedTest
  @ValueSource(strings = {"token-lease", "meta-room", "space", "scrub", "backup"})
  void no_thread_that_is_needed_dies_alone(String name) throws Exception {
    var heard = new ArrayBlockingQueue<String>(64);
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, _) -> heard.add(thread.getName()));
    try (Assembly _ = Assembly.start(config("a-password"))) {
      List<Thread> found =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals(name))
              .toList();
      assertThat(found).hasSize(1);
      found.getFirst().interrupt();
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(name);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private long newest(String kind) {
    try (RocksMetaStore store =
        RocksMetaStore.open(data.resolve(".tarn/db"), MetaSettings.DEFAULTS, IndexRows.CONTENTS)) {
      var rows = Scan.of(KeyRange.ofPrefix(MetaKey.of(kind)), 100);
      return MetaStore.await(store.scan(rows)).items().stream()
          .mapToLong(item -> ((Item.Row) item).entry().version())
          .max()
          .orElseThrow();
    }
  }

  @Test
  void the_metrics_tell_of_the_metadata_store() throws Exception {
    try (Assembly node = Assembly.start(config("a-password"));
        var http =
            new SignedHttp(
                "http://127.0.0.1:" + node.adminPort(), new SignedHttp.Pass.Nothing(), null)) {
      assertThat(http.send("GET", "/metrics", new byte[0]).text())
          .containsPattern("(?m)^tarn_meta_commits_total [1-9]")
          .containsPattern("(?m)^tarn_meta_cache_bytes [1-9]")
          .contains("tarn_meta_commits_waiting", "tarn_meta_commit_groups_total");
    }
  }

  /// What a start writes into the catalog comes after what the process before it wrote, too.
  @Test
  void a_clock_that_was_set_back_makes_no_row_older_than_one_that_was_there() throws Exception {
    Instant now = Instant.now();
    startAndEnd(() -> now.plus(Duration.ofDays(1)), "the-first-password");
    long before = Math.max(newest("A"), newest("T"));
    startAndEnd(() -> now, "another-password");
    assertThat(newest("A")).isGreaterThan(before);
  }
}
