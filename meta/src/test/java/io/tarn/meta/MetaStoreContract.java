package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CommitResult.Committed;
import io.tarn.meta.CommitResult.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every [MetaStore] keeps.
abstract class MetaStoreContract extends MetaStoreFeedContract {
  @Test
  void a_key_that_was_never_put_is_absent() {
    assertThat(get("a")).isEmpty();
  }

  @Test
  void a_put_row_is_read_back_with_its_token_as_version() {
    long token = put("a", "one");

    assertThat(get("a")).contains(entry("a", "one", token));
  }

  @Test
  void an_empty_value_is_not_an_absent_row() {
    long token = put("a", "");

    assertThat(get("a")).contains(entry("a", "", token));
  }

  @Test
  void a_deleted_row_is_absent_and_deleting_it_again_is_no_error() {
    put("a", "one");

    assertThat(commit(new Op.Delete(key("a")))).isInstanceOf(Committed.class);
    assertThat(get("a")).isEmpty();
    assertThat(commit(new Op.Delete(key("a")))).isInstanceOf(Committed.class);
  }

  @Test
  void sequences_ascend_from_commit_to_commit() {
    long before = 0;
    for (int i = 0; i < 20; i++) {
      Committed committed = (Committed) commit(new Op.Put(key("k" + i % 3), bytes("v")));
      assertThat(committed.sequence()).isGreaterThan(before);
      before = committed.sequence();
    }
    assertThat(store.health().appliedSequence()).isEqualTo(before);
  }

  @Test
  void changes_of_a_batch_apply_in_order() {
    long token =
        commitAt(
            List.of(),
            new Op.Put(key("a"), bytes("one")),
            new Op.Delete(key("a")),
            new Op.Put(key("b"), bytes("one")),
            new Op.Put(key("b"), bytes("two")));

    assertThat(get("a")).isEmpty();
    assertThat(get("b")).contains(entry("b", "two", token));
  }

  @Test
  void contents_and_index_rows_change_in_one_batch() {
    byte[] content = new byte[60_000];
    Arrays.fill(content, (byte) 7);
    long token =
        commitAt(List.of(), new Op.Put(key("Oa"), bytes("x")), new Op.Put(key("Da"), content));

    assertThat(get("Oa")).contains(entry("Oa", "x", token));
    assertThat(get("Da")).contains(new Entry(key("Da"), content, token));

    commit(new Op.Delete(key("Oa")), new Op.Delete(key("Da")));
    assertThat(get("Oa")).isEmpty();
    assertThat(get("Da")).isEmpty();
  }

  @Test
  void a_failed_guard_refuses_the_whole_batch_and_shows_the_row_it_found() {
    long token = put("a", "one");

    CommitResult result =
        commit(
            List.of(new Guard.Present(key("a")), new Guard.Absent(key("a"))),
            new Op.Put(key("b"), bytes("two")));

    assertThat(result).isEqualTo(new Rejected(1, Optional.of(entry("a", "one", token))));
    assertThat(get("b")).isEmpty();
  }

  @Test
  void absent_holds_only_without_the_row() {
    assertThat(commit(List.of(new Guard.Absent(key("a"))))).isInstanceOf(Committed.class);
    put("a", "one");
    assertThat(commit(List.of(new Guard.Absent(key("a"))))).isInstanceOf(Rejected.class);
  }

  @Test
  void present_holds_only_with_the_row() {
    assertThat(commit(List.of(new Guard.Present(key("a")))))
        .isEqualTo(new Rejected(0, Optional.empty()));
    put("a", "one");
    assertThat(commit(List.of(new Guard.Present(key("a"))))).isInstanceOf(Committed.class);
  }

  @Test
  void version_is_holds_only_for_the_token_that_wrote_the_row() {
    long token = put("a", "one");

    assertThat(commit(List.of(new Guard.VersionIs(key("a"), token - 1))))
        .isInstanceOf(Rejected.class);
    assertThat(commit(List.of(new Guard.VersionIs(key("b"), token)))).isInstanceOf(Rejected.class);
    assertThat(commit(List.of(new Guard.VersionIs(key("a"), token)))).isInstanceOf(Committed.class);
  }

  @Test
  void precedes_refuses_a_token_that_is_not_greater_than_the_row() {
    List<Guard> precedes = List.of(new Guard.Precedes(key("a")));
    List<Op> put = List.of(new Op.Put(key("a"), bytes("x")));

    assertThat(await(store.commit(Batch.of(50, precedes, put)))).isInstanceOf(Committed.class);
    assertThat(await(store.commit(Batch.of(50, precedes, put)))).isInstanceOf(Rejected.class);
    assertThat(await(store.commit(Batch.of(49, precedes, put)))).isInstanceOf(Rejected.class);
    assertThat(await(store.commit(Batch.of(51, precedes, put)))).isInstanceOf(Committed.class);
  }

  @Test
  void guards_see_the_state_before_the_batch() {
    CommitResult result =
        commit(List.of(new Guard.Absent(key("a"))), new Op.Put(key("a"), bytes("one")));

    assertThat(result).isInstanceOf(Committed.class);
  }

  @Test
  void an_overwrite_buries_the_old_value_under_another_key() {
    put("a", "one");
    long second = commitAt(List.of(), new Op.Put(key("a"), bytes("two"), key("G1")));
    assertThat(get("a")).contains(entry("a", "two", second));
    assertThat(get("G1")).contains(entry("G1", "one", second));

    long third = commitAt(List.of(), new Op.Delete(key("a"), key("G2")));
    assertThat(get("a")).isEmpty();
    assertThat(get("G2")).contains(entry("G2", "two", third));
  }

  @Test
  void nothing_is_buried_when_there_was_nothing() {
    commit(new Op.Put(key("a"), bytes("one"), key("G1")), new Op.Delete(key("b"), key("G2")));

    assertThat(get("G1")).isEmpty();
    assertThat(get("G2")).isEmpty();
  }

  @Test
  void a_burial_sees_the_changes_before_it_in_its_batch() {
    put("a", "zero");
    commit(
        new Op.Put(key("a"), bytes("one")),
        new Op.Put(key("a"), bytes("two"), key("G1")),
        new Op.DeleteRange(range("a", "b")),
        new Op.Put(key("a"), bytes("three"), key("G2")));

    assertThat(get("G1").map(MetaStoreContract::text)).contains("one");
    assertThat(get("G2")).isEmpty();
    assertThat(get("a").map(MetaStoreContract::text)).contains("three");
  }

  @Test
  void a_deleted_range_loses_its_rows_but_not_its_end() {
    for (String name : List.of("C1", "D1", "D2", "E1", "P1", "P2", "P3")) put(name, name);
    commit(new Op.DeleteRange(range("P1", "P3")));
    assertThat(names(Scan.of(range("A", "Z"), 100))).containsExactly("C1", "D1", "D2", "E1", "P3");

    commit(new Op.DeleteRange(range("C", "E1")), new Op.Put(key("D1"), bytes("again")));
    assertThat(names(Scan.of(range("A", "Z"), 100))).containsExactly("D1", "E1", "P3");
  }

  @Test
  void an_empty_range_deletes_nothing() {
    put("a", "one");
    commit(new Op.DeleteRange(range("a", "a")));

    assertThat(get("a")).isPresent();
  }

  @Test
  void keys_that_exceed_the_limit_are_refused() {
    assertThatThrownBy(() -> new MetaKey(new byte[0]))
        .isInstanceOf(MetaException.LimitExceeded.class);
    assertThatThrownBy(() -> new MetaKey(new byte[MetaKey.MAX_LENGTH + 1]))
        .isInstanceOf(MetaException.LimitExceeded.class);

    MetaKey longest = new MetaKey(new byte[MetaKey.MAX_LENGTH]);
    commit(new Op.Put(longest, bytes("x")));
    assertThat(await(store.get(longest))).isPresent();
  }

  @Test
  void values_and_batches_that_exceed_the_limit_are_refused_and_change_nothing() {
    Limits limits = store.limits();
    Op tooLarge = new Op.Put(key("a"), new byte[limits.maxValue() + 1]);
    List<Op> tooMany =
        IntStream.rangeClosed(0, limits.maxOps())
            .<Op>mapToObj(i -> new Op.Delete(key("a")))
            .toList();
    List<Op> tooMuch =
        IntStream.range(0, limits.maxBatch() / limits.maxValue())
            .<Op>mapToObj(i -> new Op.Put(key("a" + i), new byte[limits.maxValue()]))
            .toList();

    assertThatThrownBy(() -> commit(tooLarge)).isInstanceOf(MetaException.LimitExceeded.class);
    for (List<Op> ops : List.of(tooMany, tooMuch)) {
      assertThatThrownBy(() -> await(store.commit(Batch.of(1, List.of(), ops))))
          .isInstanceOf(MetaException.LimitExceeded.class);
    }
    assertThat(names(Scan.of(range("a", "b"), 10))).isEmpty();
  }

  @Test
  void the_largest_value_is_stored() {
    byte[] value = new byte[store.limits().maxValue()];
    value[value.length - 1] = 1;
    commit(new Op.Put(key("Dbig"), value), new Op.Put(key("Obig"), value));

    assertThat(get("Dbig").orElseThrow().value()).isEqualTo(value);
    assertThat(get("Obig").orElseThrow().value()).isEqualTo(value);
  }

  @Test
  void get_all_answers_in_the_order_of_the_keys() {
    long a = put("a", "one");
    long d = put("D1", "two");

    List<Optional<Entry>> rows = await(store.getAll(List.of(key("D1"), key("x"), key("a"))));

    assertThat(rows)
        .containsExactly(
            Optional.of(entry("D1", "two", d)),
            Optional.empty(),
            Optional.of(entry("a", "one", a)));
  }

  @Test
  void only_one_of_many_concurrent_creators_of_a_key_succeeds() throws Exception {
    AtomicInteger created = new AtomicInteger();
    concurrently(
        32,
        i -> {
          CommitResult result =
              commit(List.of(new Guard.Absent(key("a"))), new Op.Put(key("a"), bytes("v" + i)));
          if (result instanceof Committed) created.incrementAndGet();
        });

    assertThat(created).hasValue(1);
  }

  @Test
  void concurrent_increments_by_compare_and_set_lose_nothing() throws Exception {
    put("n", "0");
    concurrently(
        16,
        i -> {
          for (int done = 0; done < 10; ) {
            Entry now = get("n").orElseThrow();
            String more = Integer.toString(Integer.parseInt(text(now)) + 1);
            CommitResult result =
                commit(
                    List.of(new Guard.VersionIs(key("n"), now.version())),
                    new Op.Put(key("n"), bytes(more)));
            done += result instanceof Committed ? 1 : 0;
          }
        });

    assertThat(get("n").map(MetaStoreContract::text)).contains("160");
  }

  @Test
  void blind_overwrites_of_one_key_move_every_value_but_the_last() throws Exception {
    concurrently(50, i -> commit(new Op.Put(key("a"), bytes("v" + i), key("G%03d".formatted(i)))));

    Set<String> values = new HashSet<>();
    values.add(text(get("a").orElseThrow()));
    for (Item item : scan(Scan.of(range("G", "H"), 100)).items()) {
      values.add(text(((Item.Row) item).entry()));
    }
    assertThat(values).hasSize(50);
  }

  @Test
  void a_page_never_shows_half_a_batch() throws Exception {
    commitPair(0);
    try (ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writing =
          writer.submit(() -> IntStream.rangeClosed(1, 300).forEach(this::commitPair));
      while (!writing.isDone()) {
        List<Item> items = scan(Scan.of(range("A", "Z"), 10)).items();
        assertThat(items).hasSize(2);
        assertThat(text(((Item.Row) items.get(0)).entry()))
            .isEqualTo(text(((Item.Row) items.get(1)).entry()));
        List<Optional<Entry>> rows = await(store.getAll(List.of(key("D1"), key("O1"))));
        assertThat(text(rows.get(0).orElseThrow())).isEqualTo(text(rows.get(1).orElseThrow()));
      }
      writing.get();
    }
  }

  private void commitPair(int i) {
    commit(new Op.Put(key("D1"), bytes("v" + i)), new Op.Put(key("O1"), bytes("v" + i)));
  }

  @Test
  void commits_from_one_caller_without_waiting_apply_in_order() {
    List<CompletionStage<CommitResult>> answers = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      answers.add(
          store.commit(
              Batch.of(i, List.of(new Guard.Precedes(key("a"))), List.of(put(key("a"), "v" + i)))));
    }
    answers.forEach(answer -> assertThat(await(answer)).isInstanceOf(Committed.class));

    assertThat(get("a")).contains(entry("a", "v200", 200));
  }

  @Test
  void a_relaxed_commit_is_visible_at_once() {
    await(store.commit(new Batch(7, List.of(), List.of(put(key("a"), "one")), Durability.RELAXED)));

    assertThat(get("a")).contains(entry("a", "one", 7));
  }

  @Test
  void an_intact_store_verifies() {
    put("Oa", "one");
    commit(new Op.Put(key("Da"), new byte[50_000]));

    assertThat(await(store.verify())).isEmpty();
  }

  @Test
  void a_closed_store_refuses_work() {
    put("a", "one");
    store.close();
    store.close();

    assertThatThrownBy(() -> get("a")).isInstanceOf(MetaException.Unavailable.class);
    assertThatThrownBy(() -> put("a", "two")).isInstanceOf(MetaException.Unavailable.class);
    assertThatThrownBy(() -> scan(Scan.of(range("a", "b"), 1)))
        .isInstanceOf(MetaException.Unavailable.class);
    assertThat(store.health().writable()).isFalse();
  }

  @Test
  void a_close_amid_work_answers_everybody() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> working = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String name = "k" + i;
        working.add(callers.submit(() -> putUntilClosed(name)));
      }
      while (store.health().appliedSequence() < 50) Thread.onSpinWait();
      store.close();
      for (Future<Integer> caller : working) assertThat(caller.get()).isGreaterThanOrEqualTo(0);
    }
  }

  private int putUntilClosed(String name) {
    int done = 0;
    while (true) {
      try {
        put(name, "v");
        get(name);
        scan(Scan.of(range("k", "l"), 100));
        done++;
      } catch (MetaException.Unavailable _) {
        return done;
      }
    }
  }
}
