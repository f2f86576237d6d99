package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CommitResult.Committed;
import io.tarn.meta.CommitResult.Rejected;
import io.tarn.meta.FaultyOrigin.Fault;
import io.tarn.settings.DataSize;
import io.tarn.settings.Settings;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The contract, with another server over the same object all the time, and what only servers that
/// share one have.
@Timeout(60)
final class ImageMetaStoreTest extends MetaStoreContract {
  private static final ImageSettings QUICK =
      Settings.defaultsBut(
          ImageSettings.class, "poll=20ms", "stale=2s", "patience=3s", "size=16 MiB");

  private final FaultyOrigin origin = new FaultyOrigin();
  private final FaultyOrigin.Way way = origin.way();
  private final FaultyOrigin.Way otherWay = origin.way();
  private final List<MetaStore> others = new ArrayList<>();
  private MetaStore other = new MemoryMetaStore();

  @Override
  MetaStore open() {
    MetaStore opened = open(way);
    other = another(otherWay);
    return opened;
  }

  private static MetaStore open(FaultyOrigin.Way way) {
    return ImageMetaStore.open(way.object(), QUICK);
  }

  private MetaStore another(FaultyOrigin.Way way) {
    MetaStore opened = open(way);
    others.add(opened);
    return opened;
  }

  @AfterEach
  void closeOthers() {
    way.dead.countDown();
    otherWay.dead.countDown();
    others.forEach(MetaStore::close);
  }

  private static CommitResult commit(MetaStore to, long token, List<Guard> guards, Op... ops) {
    return await(to.commit(Batch.of(token, guards, List.of(ops))));
  }

  private static Optional<String> value(MetaStore of, String name) {
    return await(of.get(key(name))).map(MetaStoreWords::text);
  }

  private interface Look {
    boolean isTrue();
  }

  private static void soon(String what, Look look) throws InterruptedException {
    Instant end = Instant.now().plusSeconds(20);
    while (!look.isTrue()) {
      assertThat(Instant.now()).as(what).isBefore(end);
      Thread.sleep(5);
    }
  }

  @Test
  void a_change_is_known_to_another_server_soon_and_its_subscribers_are_told_of_a_gap()
      throws Exception {
    var missed = new CountDownLatch(1);
    Subscription _ =
        other.subscribe(
            List.of(range("a", "z")),
            new ChangeListener() {
              @Override
              public void committed(Changes changes) {}

              @Override
              public void missed() {
                missed.countDown();
              }
            });
    put("a", "one");

    assertThat(missed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(value(other, "a")).contains("one");
  }

  @Test
  void a_guard_is_decided_by_what_other_servers_wrote_though_it_is_not_known_here_yet() {
    put("a", "one");
    otherWay.away = true; // it hears of nothing for now
    long second = put("a", "two");
    otherWay.away = false;

    assertThat(commit(other, 9_000, List.of(new Guard.Absent(key("b"))), put(key("b"), "x")))
        .isInstanceOf(Committed.class);
    assertThat(commit(other, 9_001, List.of(new Guard.VersionIs(key("a"), second))))
        .isInstanceOf(Committed.class);
    commit(new Op.Delete(key("b")));
    assertThat(commit(other, 9_002, List.of(new Guard.Absent(key("b")))))
        .isInstanceOf(Committed.class);
    assertThat(get("a").map(MetaStoreWords::text)).contains("two");
  }

  @Test
  void two_servers_that_count_in_one_row_lose_nothing() throws Exception {
    put("n", "0");
    soon("known", () -> value(other, "n").isPresent());
    var tokens = new AtomicInteger(100_000);
    concurrently(
        8,
        i -> {
          MetaStore mine = i % 2 == 0 ? store : other;
          for (int done = 0; done < 10; ) {
            Entry now = await(mine.get(key("n"))).orElseThrow();
            String more = Integer.toString(Integer.parseInt(text(now)) + 1);
            CommitResult result =
                commit(
                    mine,
                    tokens.incrementAndGet(),
                    List.of(new Guard.VersionIs(key("n"), now.version())),
                    put(key("n"), more));
            done += result instanceof Committed ? 1 : 0;
          }
        });

    assertThat(value(another(origin.way()), "n")).contains("80");
  }

  @Test
  void of_two_servers_that_made_the_same_token_one_has_to_make_another() {
    assertThat(commit(store, 77_777, List.of(), put(key("a"), "one")))
        .isInstanceOf(Committed.class);
    assertThatThrownBy(() -> commit(other, 77_777, List.of(), put(key("b"), "two")))
        .isInstanceOf(MetaException.Unavailable.class)
        .hasMessageContaining("token");
    assertThat(value(store, "b")).isEmpty();
    assertThat(commit(other, 77_778, List.of(), put(key("b"), "two")))
        .isInstanceOf(Committed.class);
  }

  @Test
  void batches_that_come_together_are_one_write() throws Exception {
    put("a", "one");
    int before = origin.writes.get();
    List<Future<CommitResult>> answers = new ArrayList<>();
    way.next = Fault.ANSWER_LOST; // while it is found out, the others gather
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Op op = put(key("k" + i), "v");
        long token = 10_000L + i;
        answers.add(callers.submit(() -> commit(store, token, List.of(), op)));
      }
      for (Future<CommitResult> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Committed.class);
      }
    }
    assertThat(origin.writes.get() - before).isLessThan(100);
    assertThat(names(Scan.of(range("k", "l"), 1000))).hasSize(200);
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST", "ANSWER_LOST", "LATE"})
  void a_write_of_unknown_outcome_is_found_out_and_happens_once(Fault fault) {
    put("n", "0");
    for (int i = 1; i <= 5; i++) {
      Entry now = get("n").orElseThrow();
      way.next = fault;
      assertThat(
              commit(
                  List.of(new Guard.VersionIs(key("n"), now.version())),
                  put(key("n"), Integer.toString(i))))
          .as("round " + i)
          .isInstanceOf(Committed.class);
    }
    assertThat(value(another(origin.way()), "n")).contains("5");
  }

  @Test
  void a_write_of_unknown_outcome_is_found_though_others_came_after_it() throws Exception {
    put("n", "0");
    for (int round = 0; round < 20; round++) {
      String name = "r" + round;
      way.next = round % 2 == 0 ? Fault.ANSWER_LOST : Fault.LOST;
      int base = 50_000 + round * 100;
      try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<CommitResult> mine =
            both.submit(
                () ->
                    commit(
                        store, base, List.of(new Guard.Absent(key(name))), put(key(name), "mine")));
        for (int i = 1; i < 5; i++) commit(other, base + i, List.of(), put(key("x"), "y"));
        assertThat(mine.get()).as(name).isInstanceOf(Committed.class);
      }
      assertThat(get(name).map(MetaStoreWords::text)).contains("mine");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DIES_BEFORE", "DIES_AFTER"})
  void a_server_that_vanishes_in_a_commit_leaves_all_of_it_or_nothing(Fault fault)
      throws Exception {
    put("a", "one");
    FaultyOrigin.Way doomed = origin.way();
    MetaStore vanishing = another(doomed);
    doomed.next = fault;
    var _ =
        vanishing.commit(
            Batch.of(7_000, List.of(), List.of(put(key("a"), "two"), put(key("b"), "two"))));
    assertThat(doomed.died.await(20, TimeUnit.SECONDS)).isTrue();

    MetaStore next = another(origin.way());
    String expected = fault == Fault.DIES_AFTER ? "two" : "one";
    assertThat(value(next, "a")).contains(expected);
    assertThat(value(next, "b").isPresent()).isEqualTo(fault == Fault.DIES_AFTER);
    assertThat(commit(next, 7_001, List.of(), put(key("c"), "three")))
        .isInstanceOf(Committed.class);
    doomed.away = true;
    doomed.dead.countDown();
  }

  @Test
  void a_server_that_vanishes_while_it_makes_the_first_image_leaves_one_to_go_on_with()
      throws Exception {
    for (Fault fault : List.of(Fault.DIES_BEFORE, Fault.DIES_AFTER)) {
      var fresh = new FaultyOrigin();
      FaultyOrigin.Way doomed = fresh.way();
      doomed.next = fault;
      Thread starting = Thread.ofVirtual().start(() -> opened(doomed));
      assertThat(doomed.died.await(20, TimeUnit.SECONDS)).isTrue();
      try (MetaStore next = open(fresh.way())) {
        assertThat(commit(next, 1, List.of(), put(key("a"), "one"))).isInstanceOf(Committed.class);
      }
      doomed.dead.countDown();
      starting.join();
    }
  }

  /// It is dead; that its last call fails, nobody hears.
  private static void opened(FaultyOrigin.Way way) {
    assertThatThrownBy(() -> open(way)).isInstanceOf(StoreFailure.Indeterminate.class);
  }

  @Test
  void servers_that_begin_at_once_share_one_image() throws Exception {
    var fresh = new FaultyOrigin();
    List<MetaStore> all = new ArrayList<>();
    concurrently(
        6,
        i -> {
          MetaStore opened = open(fresh.way());
          synchronized (all) {
            all.add(opened);
          }
          commit(opened, 100 + i, List.of(), put(key("k" + i), "v"));
        });
    try (MetaStore next = open(fresh.way())) {
      for (int i = 0; i < 6; i++) assertThat(value(next, "k" + i)).contains("v");
    }
    all.forEach(MetaStore::close);
  }

  @Test
  void what_is_known_is_refused_once_it_is_too_old_and_whoever_remembers_it_is_told()
      throws Exception {
    put("a", "one");
    var missed = new AtomicInteger();
    Subscription _ =
        store.subscribe(
            List.of(range("a", "z")),
            new ChangeListener() {
              @Override
              public void committed(Changes changes) {}

              @Override
              public void missed() {
                missed.incrementAndGet();
              }
            });
    long began = System.nanoTime();
    way.away = true;
    assertThat(get("a")).isPresent();
    assertThatThrownBy(() -> put("b", "x")).isInstanceOf(MetaException.Unavailable.class);
    soon("refused", () -> !store.health().writable());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    assertThatThrownBy(() -> get("a"))
        .isInstanceOf(MetaException.Unavailable.class)
        .hasMessageContaining("has not answered");
    assertThatThrownBy(() -> scan(Scan.of(range("a", "z"), 1)))
        .isInstanceOf(MetaException.Unavailable.class);
    soon("told", () -> missed.get() > 0);

    way.away = false;
    soon("back", () -> store.health().writable());
    assertThat(get("a").map(MetaStoreWords::text)).contains("one");
    assertThat(put("b", "x")).isPositive();
  }

  @Test
  void a_commit_that_cannot_be_found_out_is_indeterminate_and_may_show_later() throws Exception {
    put("a", "one");
    way.next = Fault.ANSWER_LOST;
    CompletionStage<CommitResult> answer =
        store.commit(Batch.of(5_000, List.of(), List.of(put(key("a"), "two"))));
    soon("written", () -> value(other, "a").equals(Optional.of("two")) || way.away);
    way.away = true;
    // Either it was found out before the origin went away, or nobody can say.
    try {
      assertThat(await(answer)).isInstanceOf(Committed.class);
    } catch (MetaException.Indeterminate e) {
      assertThat(e).hasMessageContaining("may be lost");
    }
    way.away = false;
    soon("seen", () -> store.health().writable() && value(store, "a").equals(Optional.of("two")));
  }

  @Test
  void beyond_its_bound_nothing_is_added_and_deletes_make_room_again() {
    ImageSettings small = Settings.defaultsBut(ImageSettings.class, "size=1 MiB", "poll=20ms");
    var fresh = new FaultyOrigin();
    try (MetaStore bounded = ImageMetaStore.open(fresh.way().object(), small)) {
      byte[] much = new byte[300_000];
      for (int i = 0; i < 3; i++) {
        assertThat(commit(bounded, 10 + i, List.of(), new Op.Put(key("k" + i), much)))
            .isInstanceOf(Committed.class);
      }
      assertThatThrownBy(() -> commit(bounded, 20, List.of(), new Op.Put(key("k9"), much)))
          .isInstanceOf(MetaException.Full.class)
          .hasMessageContaining("image.size");
      assertThat(value(bounded, "k9")).isEmpty();
      commit(bounded, 21, List.of(), new Op.Delete(key("k0")));
      assertThat(commit(bounded, 22, List.of(), new Op.Put(key("k9"), much)))
          .isInstanceOf(Committed.class);
    }
    assertThat(small.size()).isEqualTo(DataSize.ofMebibytes(1));
  }

  @Test
  void an_image_that_is_not_what_was_written_is_refused_and_never_taken_for_none() {
    put("a", "one");
    ImageObject object = origin.way().object();
    ImageObject.Found found = object.load(null, 1 << 20);
    if (found == null) throw new AssertionError("there is none");
    byte[] bytes = found.bytes();
    for (int at = 0; at < bytes.length; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x20;
      assertThatThrownBy(() -> Image.ofBytes(damaged)).isInstanceOf(MetaException.Corrupt.class);
      byte[] cut = Arrays.copyOf(bytes, at);
      assertThatThrownBy(() -> Image.ofBytes(cut)).isInstanceOf(MetaException.Corrupt.class);
    }
    var _ = object.replace(new byte[100], found.etag());
    assertThatThrownBy(() -> open(origin.way())).isInstanceOf(MetaException.Corrupt.class);
    assertThat(await(store.verify())).hasSize(1);
  }

  @Test
  void an_image_that_is_older_than_what_was_seen_is_not_gone_by() throws Exception {
    put("a", "one");
    ImageObject object = origin.way().object();
    ImageObject.Found old = object.load(null, 1 << 20);
    put("a", "two");
    ImageObject.Found now = object.load(null, 1 << 20);
    if (old == null || now == null) throw new AssertionError("there is none");
    var _ = object.replace(old.bytes(), now.etag());
    assertThatThrownBy(() -> put("b", "x"))
        .isInstanceOf(MetaException.class)
        .hasMessageContaining("older than what was there");
    soon("refused", () -> !store.health().writable());
    assertThatThrownBy(() -> get("b")).isInstanceOf(MetaException.Unavailable.class);
  }

  @Test
  void a_failed_guard_costs_a_look_and_no_write() {
    put("a", "one");
    int writes = origin.writes.get();
    int reads = origin.reads.get();
    assertThat(commit(List.of(new Guard.Absent(key("a"))))).isInstanceOf(Rejected.class);
    assertThat(origin.writes.get()).isEqualTo(writes);
    assertThat(origin.reads.get()).isGreaterThan(reads);
  }
}
