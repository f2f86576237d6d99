package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksMetaStoreTest extends MetaStoreContract {
  @TempDir Path directory;

  @Override
  MetaStore open() {
    return RocksMetaStore.open(directory, MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS);
  }

  private void reopen() {
    store.close();
    store = open();
  }

  @Test
  void rows_and_deletions_survive_a_restart() {
    long kept = put("a", "kept");
    put("b", "deleted");
    commit(new Op.Delete(key("b")));
    commit(new Op.Put(key("Dc"), new byte[50_000]));
    reopen();

    assertThat(get("a")).contains(entry("a", "kept", kept));
    assertThat(get("b")).isEmpty();
    assertThat(get("Dc").orElseThrow().value()).hasSize(50_000);
    assertThat(names(Scan.of(range("A", "z"), 10))).containsExactly("Dc", "a");
  }

  /// Such rows would be absent, in silence.
  @Test
  void a_store_whose_contents_are_others_is_refused_and_stays_as_it_was() {
    commit(put(key("Cx"), "1"), put(key("Dx"), "2"), put(key("Ex"), "3"));
    store.close();
    for (KeyRange other :
        List.of(range("C", "D"), range("C", "F"), range("E", "F"), range("Dy", "E"))) {
      assertThatThrownBy(() -> RocksMetaStore.open(directory, MetaSettings.DEFAULTS, other))
          .as(other.toString())
          .isInstanceOf(MetaException.Corrupt.class)
          .hasMessageContaining("keeps other rows apart");
    }
    store = open();

    assertThat(names(Scan.of(range("A", "Z"), 10))).containsExactly("Cx", "Dx", "Ex");
  }

  @Test
  void sequences_go_on_after_a_restart() {
    put("a", "one");
    long before = store.health().appliedSequence();
    reopen();
    CommitResult.Committed next = (CommitResult.Committed) commit(put(key("a"), "two"));

    assertThat(next.sequence()).isGreaterThan(before);
  }

  @Test
  void reads_that_miss_the_cache_come_back_too() {
    List<MetaKey> keys = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      put("O%04d".formatted(i), "v" + i);
      commit(new Op.Put(key("D%04d".formatted(i)), new byte[5_000]));
      keys.add(key((i % 2 == 0 ? "O%04d" : "D%04d").formatted(i)));
    }
    reopen();

    assertThat(await(store.getAll(keys))).allMatch(Optional::isPresent);
    reopen();
    assertThat(pages(Scan.of(range("A", "Z"), 300))).hasSize(1_000);
    reopen();
    assertThat(get("O0123").map(MetaStoreContract::text)).contains("v123");
    assertThat(commit(List.of(new Guard.Present(key("O0007")), new Guard.Present(key("D0007")))))
        .isInstanceOf(CommitResult.Committed.class);
  }

  @Test
  void commits_do_not_wait_behind_reads_that_wait_for_the_disk() throws Exception {
    List<Guard> guards = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      put("O%04d".formatted(i), "v" + i);
      guards.add(new Guard.Present(key("O%04d".formatted(i))));
    }
    reopen();
    var slow = new CountDownLatch(1);
    ReadPool readers = ((RocksMetaStore) store).readers();
    for (int i = 0; i < 1_000; i++) {
      var _ =
          readers.submit(
              () -> {
                Uninterrupted.run(slow::await);
                return "done";
              });
    }
    try {
      var commit = CompletableFuture.supplyAsync(() -> commit(guards));
      assertThat(commit.get(20, TimeUnit.SECONDS)).isInstanceOf(CommitResult.Committed.class);
    } finally {
      slow.countDown();
    }
  }

  @Test
  void a_desert_of_deleted_rows_cuts_a_page_short_but_never_hides_what_follows() {
    put("k0", "first");
    fillAndDelete(RocksScan.TOMBSTONE_BUDGET + 20_000);
    put("m0", "last");

    Page page = scan(Scan.of(range("k", "n"), 100));
    assertThat(show(page)).containsExactly("k0");
    assertThat(page.next()).isPresent();
    assertThat(pages(Scan.of(range("k", "n"), 100))).containsExactly("k0", "m0");
    assertThat(pages(Scan.of(range("k", "n"), 100).rollup(0, bytes("0"))))
        .containsExactly("[k0]", "[m0]");
  }

  private void fillAndDelete(int rows) {
    for (boolean delete : new boolean[] {false, true}) {
      for (int start = 0; start < rows; start += 10_000) {
        List<Op> ops = new ArrayList<>();
        for (int i = start; i < start + 10_000; i++) {
          MetaKey key = key("l%07d".formatted(i));
          ops.add(delete ? new Op.Delete(key) : new Op.Put(key, new byte[0]));
        }
        commit(ops.toArray(Op[]::new));
      }
    }
  }
}
