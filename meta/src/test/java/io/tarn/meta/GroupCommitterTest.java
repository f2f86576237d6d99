package io.tarn.meta;

import static io.tarn.meta.MetaStoreContract.await;
import static io.tarn.meta.MetaStoreContract.bytes;
import static io.tarn.meta.MetaStoreContract.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CommitResult.Committed;
import io.tarn.meta.CommitResult.Rejected;
import io.tarn.settings.DataSize;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The committer over an engine whose flushes the test holds back and fails.
final class GroupCommitterTest {

  private static final MetaSettings.Commits TINY =
      new MetaSettings.Commits(8, DataSize.ofBytes(10_000), 100, DataSize.ofMebibytes(1));

  private final HeldEngine engine = new HeldEngine();
  private final Gate gate = new Gate();
  private final AtomicInteger full = new AtomicInteger();
  private final ChangeFeed feed = new ChangeFeed();
  private final GroupCommitter committer =
      new GroupCommitter(engine, TINY, gate, feed, full::incrementAndGet);
  private long token = 100;

  @AfterEach
  void stop() {
    engine.flushes.release(1_000);
    gate.close();
    committer.stop();
    feed.close();
  }

  @Test
  void what_arrives_during_a_flush_is_flushed_together() {
    CompletionStage<CommitResult> first = holdTheFlush();
    List<CompletionStage<CommitResult>> more = new ArrayList<>();
    for (int i = 0; i < 5; i++) more.add(put("k" + i, "v"));
    engine.flushes.release(2);

    assertThat(await(first)).isInstanceOf(Committed.class);
    more.forEach(one -> assertThat(await(one)).isInstanceOf(Committed.class));
    assertThat(engine.flushed).hasValue(2);
  }

  @Test
  void sequences_of_one_group_ascend() {
    holdTheFlush();
    CompletionStage<CommitResult> one = put("a", "1");
    CompletionStage<CommitResult> two = put("b", "2");
    engine.flushes.release(2);

    assertThat(((Committed) await(one)).sequence() + 1)
        .isEqualTo(((Committed) await(two)).sequence());
  }

  @Test
  void a_guard_sees_what_came_before_it_in_its_group() {
    holdTheFlush();
    CompletionStage<CommitResult> winner = put("k", "first", new Guard.Absent(key("k")));
    long winning = token;
    CompletionStage<CommitResult> loser = put("k", "second", new Guard.Absent(key("k")));
    CompletionStage<CommitResult> deleted =
        submit(List.of(new Guard.VersionIs(key("k"), winning)), new Op.Delete(key("k")));
    CompletionStage<CommitResult> again = put("k", "third", new Guard.Absent(key("k")));
    engine.flushes.release(2);

    assertThat(await(winner)).isInstanceOf(Committed.class);
    assertThat(await(loser))
        .isEqualTo(new Rejected(0, Optional.of(MetaStoreContract.entry("k", "first", winning))));
    assertThat(await(deleted)).isInstanceOf(Committed.class);
    assertThat(await(again)).isInstanceOf(Committed.class);
    assertThat(engine.rows.get(key("k"))).extracting(MetaStoreContract::text).isEqualTo("third");
  }

  @Test
  void a_guard_sees_a_range_deleted_before_it_in_its_group() {
    holdTheFlush();
    put("p1", "v");
    submit(List.of(), new Op.DeleteRange(MetaStoreContract.range("p", "q")));
    CompletionStage<CommitResult> present = put("x", "v", new Guard.Present(key("p1")));
    engine.flushes.release(2);

    assertThat(await(present)).isInstanceOf(Rejected.class);
  }

  @Test
  void a_rejection_is_not_answered_before_the_flush_it_may_depend_on() {
    holdTheFlush();
    put("k", "v");
    CompletionStage<CommitResult> rejected = put("k", "w", new Guard.Absent(key("k")));
    engine.flushes.release(1);
    engine.awaitFlush();

    assertThat(rejected.toCompletableFuture()).isNotDone();
    engine.flushes.release(1);
    assertThat(await(rejected)).isInstanceOf(Rejected.class);
  }

  @Test
  void a_failed_sync_leaves_the_group_indeterminate_and_the_store_read_only() {
    holdTheFlush();
    CompletionStage<CommitResult> lost = put("k", "v");
    CompletionStage<CommitResult> rejected = put("k", "w", new Guard.Absent(key("k")));
    engine.failure = new GroupWriter.WriteFailed("EIO", false, new IllegalStateException());
    engine.failing = 2;
    engine.flushes.release(2);

    assertThatThrownBy(() -> await(lost)).isInstanceOf(MetaException.Indeterminate.class);
    assertThatThrownBy(() -> await(rejected)).isInstanceOf(MetaException.Unavailable.class);
    assertThatThrownBy(() -> await(put("l", "v")))
        .isInstanceOf(MetaException.Unavailable.class)
        .hasMessageContaining("EIO");
    assertThat(committer.trouble()).hasValue("EIO");
    assertThat(full).hasValue(0);
  }

  @Test
  void nobody_hears_of_a_batch_before_its_flush_and_everybody_before_its_answer() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    Subscription _ = feed.subscribe(List.of(MetaStoreContract.range("a", "z")), hearing(heard));
    CompletionStage<CommitResult> first = holdTheFlush();
    assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
    engine.flushes.release(1);

    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("[first]");
    assertThat(await(first)).isInstanceOf(Committed.class);
  }

  @Test
  void a_flush_with_an_unknown_outcome_is_a_gap_for_those_who_listen() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    Subscription _ = feed.subscribe(List.of(MetaStoreContract.range("a", "z")), hearing(heard));
    engine.failure = new GroupWriter.WriteFailed("ENOSPC", true, new IllegalStateException());
    engine.failing = 1;
    engine.flushes.release(2);

    assertThatThrownBy(() -> await(put("k", "v"))).isInstanceOf(MetaException.Indeterminate.class);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("missed");
    assertThat(await(put("l", "v"))).isInstanceOf(Committed.class);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("[l]");
  }

  private static ChangeListener hearing(Collection<String> heard) {
    return new ChangeListener() {
      @Override
      public void committed(Changes changes) {
        heard.add(changes.rows().toString());
      }

      @Override
      public void missed() {
        heard.add("missed");
      }
    };
  }

  @Test
  void a_full_disk_fails_its_group_and_the_next_one_is_tried_again() {
    holdTheFlush();
    CompletionStage<CommitResult> lost = put("k", "v");
    CompletionStage<CommitResult> rejected = put("k", "w", new Guard.Absent(key("k")));
    engine.failure = new GroupWriter.WriteFailed("ENOSPC", true, new IllegalStateException());
    engine.failing = 2;
    engine.flushes.release(3);

    assertThatThrownBy(() -> await(lost))
        .isInstanceOfSatisfying(
            MetaException.Indeterminate.class, e -> assertThat(e.full()).isTrue());
    assertThatThrownBy(() -> await(rejected)).isInstanceOf(MetaException.Full.class);
    assertThat(await(put("k", "v"))).isInstanceOf(Committed.class);
    assertThat(full).hasValue(1);
    assertThat(committer.trouble()).isEmpty();
  }

  @Test
  void an_unreadable_row_fails_only_the_batches_that_ask_for_it() {
    engine.unreadable = key("bad");
    holdTheFlush();
    CompletionStage<CommitResult> guarded = put("k", "v", new Guard.Absent(key("bad")));
    CompletionStage<CommitResult> moving =
        submit(List.of(), new Op.Put(key("bad"), bytes("v"), key("old")));
    CompletionStage<CommitResult> blind = put("bad", "v");
    CompletionStage<CommitResult> other = put("m", "v", new Guard.Absent(key("m")));
    engine.flushes.release(2);

    assertThatThrownBy(() -> await(guarded)).isInstanceOf(MetaException.Corrupt.class);
    assertThatThrownBy(() -> await(moving)).isInstanceOf(MetaException.Corrupt.class);
    assertThat(await(blind)).isInstanceOf(Committed.class);
    assertThat(await(other)).isInstanceOf(Committed.class);
    assertThat(engine.rows).doesNotContainKey(key("k"));
  }

  @Test
  void more_requests_than_the_queue_holds_are_refused() {
    holdTheFlush();
    List<CompletionStage<CommitResult>> taken = new ArrayList<>();
    for (int i = 1; i < TINY.queue(); i++) taken.add(put("k" + i, "v"));

    assertThatThrownBy(() -> await(put("one more", "v")))
        .isInstanceOf(MetaException.Overloaded.class);
    engine.flushes.release(2);
    taken.forEach(one -> assertThat(await(one)).isInstanceOf(Committed.class));
    engine.flushes.release(1);
    assertThat(await(put("after", "v"))).isInstanceOf(Committed.class);
  }

  @Test
  void more_bytes_than_the_queue_holds_are_refused() {
    holdTheFlush();
    CompletionStage<CommitResult> taken =
        submit(List.of(), 9_000, new Op.Put(key("a"), new byte[1]));

    assertThatThrownBy(() -> await(submit(List.of(), 2_000, new Op.Delete(key("b")))))
        .isInstanceOf(MetaException.Overloaded.class);
    engine.flushes.release(2);
    assertThat(await(taken)).isInstanceOf(Committed.class);
  }

  static List<Throwable> whatFails() {
    return List.of(new IllegalStateException("a bug"), new OutOfMemoryError("no memory (a test)"));
  }

  @ParameterizedTest
  @MethodSource("whatFails")
  void what_fails_before_the_flush_was_not_tried_and_the_next_is(Throwable failure) {
    for (Place place : List.of(Place.READ, Place.PUT)) {
      engine.flushes.release(1);
      engine.bugs.put(place, failure);
      assertThatThrownBy(
              () -> await(put("lost " + place, "v", new Guard.Absent(key("lost " + place)))))
          .isInstanceOf(MetaException.Unavailable.class)
          .hasMessageContaining("not tried");
      engine.bugs.clear();

      assertThat(committer.trouble()).isEmpty();
      assertThat(await(put("k " + place, "v"))).isInstanceOf(Committed.class);
      assertThat(engine.rows).containsKey(key("k " + place));
      assertThat(engine.rows).doesNotContainKey(key("lost " + place));
    }
  }

  @ParameterizedTest
  @MethodSource("whatFails")
  void what_fails_in_the_flush_may_have_been_written_and_nothing_more_is(Throwable failure) {
    engine.flushes.release(1);
    engine.bugs.put(Place.FLUSH, failure);

    assertThatThrownBy(() -> await(put("k", "v"))).isInstanceOf(MetaException.Indeterminate.class);
    assertThat(committer.trouble()).isPresent();
  }

  @Test
  void an_error_of_the_machine_is_told_to_whoever_ends_the_process() throws Exception {
    var told = new CompletableFuture<Throwable>();
    Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> told.complete(thrown));
    try {
      var error = new OutOfMemoryError("no memory (a test)");
      engine.bugs.put(Place.READ, error);
      assertThatThrownBy(() -> await(put("k", "v"))).isInstanceOf(MetaException.Unavailable.class);
      assertThat(told.get(10, TimeUnit.SECONDS)).isSameAs(error);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(null);
    }
  }

  @Test
  void a_relaxed_group_is_flushed_without_sync_and_synced_soon() throws Exception {
    engine.flushes.release(1);
    gate.enter();
    await(
        committer.submit(
            new Batch(
                5, List.of(), List.of(MetaStoreContract.put(key("k"), "v")), Durability.RELAXED),
            10));

    assertThat(engine.synced).hasValue(0);
    assertThat(engine.laterSyncs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  /// Starts a flush that waits for the test, so that what follows forms one group.
  private CompletionStage<CommitResult> holdTheFlush() {
    CompletionStage<CommitResult> first = put("first", "v");
    engine.awaitFlush();
    return first;
  }

  private CompletionStage<CommitResult> put(String name, String value, Guard... guards) {
    return submit(List.of(guards), new Op.Put(key(name), bytes(value)));
  }

  private CompletionStage<CommitResult> submit(List<Guard> guards, Op op) {
    return submit(guards, 100, op);
  }

  private CompletionStage<CommitResult> submit(List<Guard> guards, int size, Op op) {
    gate.enter();
    return committer.submit(Batch.of(++token, guards, List.of(op)), size);
  }

  private enum Place {
    READ,
    PUT,
    FLUSH
  }

  private static final class HeldEngine implements GroupWriter {
    final Semaphore flushes = new Semaphore(0);
    final Semaphore begun = new Semaphore(0);
    final Semaphore laterSyncs = new Semaphore(0);
    final Map<MetaKey, Entry> rows = new HashMap<>();
    final List<Runnable> pending = new ArrayList<>();
    volatile @Nullable MetaKey unreadable;
    volatile @Nullable WriteFailed failure;
    final Map<Place, Throwable> bugs = new ConcurrentHashMap<>();
    volatile int failing;
    final AtomicInteger flushed = new AtomicInteger();
    final AtomicInteger synced = new AtomicInteger();
    private long sequence;

    void awaitFlush() {
      begun.acquireUninterruptibly();
    }

    @Override
    public Map<MetaKey, Known> read(Collection<MetaKey> keys) {
      fail(Place.READ);
      Map<MetaKey, Known> found = new HashMap<>();
      for (MetaKey key : keys) {
        Entry row = rows.get(key);
        if (key.equals(unreadable)) {
          found.put(key, new Known.Unreadable(new MetaException.Corrupt("bad", null)));
        } else {
          found.put(key, row == null ? Known.Nothing.NOTHING : new Known.Row(row));
        }
      }
      return found;
    }

    @Override
    public void put(MetaKey key, byte[] value, long version) {
      pending.add(() -> rows.put(key, new Entry(key, value, version)));
      fail(Place.PUT);
    }

    @Override
    public void forget() {
      pending.clear();
    }

    private void fail(Place place) {
      switch (bugs.get(place)) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }

    @Override
    public void delete(MetaKey key) {
      pending.add(() -> rows.remove(key));
    }

    @Override
    public void deleteRange(KeyRange range) {
      pending.add(() -> rows.keySet().removeIf(range::contains));
    }

    @Override
    public long flush(boolean sync) throws WriteFailed {
      begun.release();
      flushes.acquireUninterruptibly();
      flushed.incrementAndGet();
      fail(Place.FLUSH);
      WriteFailed planned = failure;
      if (planned != null && flushed.get() == failing) {
        pending.clear();
        throw planned;
      }
      sequence += pending.size();
      pending.forEach(Runnable::run);
      pending.clear();
      synced.addAndGet(sync ? 1 : 0);
      return sequence;
    }

    @Override
    public long sequence() {
      return sequence;
    }

    @Override
    public void sync() {
      laterSyncs.release();
    }
  }
}
