package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Ticker;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ReaperLeaseTest {
  private static final Duration LASTS = Duration.ofSeconds(8);
  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final MetaKey GARBAGE = IndexKeys.garbage(1, 1, 0);

  private final Faulty rows = new Faulty(new MemoryMetaStore());
  private final MemoryBlobs blobs = new MemoryBlobs();
  private final Watch watch = new Watch();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;

  private IndexBackends backends(int node) {
    return new IndexBackends(rows, blobs, new Tokens(clock, node), clock, watch, node);
  }

  private ReaperLease lease(int node) {
    return new ReaperLease(new BlockingRows(rows), backends(node), LASTS);
  }

  private void after(Duration pause) {
    watch.nanos += pause.toNanos();
    now = now.plus(pause);
  }

  private Plan taking(int node) {
    return Garbage.plan(backends(node).tokens().next(), 0).delete(GARBAGE);
  }

  private boolean isThere(MetaKey key) {
    return new BlockingRows(rows).get(key) != null;
  }

  @Test
  void a_node_that_is_alone_collects_without_a_row() {
    var alone = new ReaperLease(new BlockingRows(rows), backends(1), Duration.ZERO);
    assertThat(alone.isShared()).isFalse();
    assertThat(alone.take()).isTrue();
    alone.keep();
    alone.commit(taking(1));
    alone.release();
    assertThat(isThere(IndexKeys.REAPER)).isFalse();
  }

  @Test
  void who_believes_to_be_alone_and_is_not_collects_nothing() {
    ReaperLease first = lease(1);
    assertThat(first.take()).isTrue();
    var mistaken = new ReaperLease(new BlockingRows(rows), backends(2), Duration.ZERO);
    assertThatThrownBy(mistaken::take)
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("node 1 collects the garbage of all; set index.reaper.lease");
    assertThat(new ReaperLease(new BlockingRows(rows), backends(1), Duration.ZERO).take())
        .as("the same node, with another setting")
        .isTrue();
    first.release();
    assertThat(mistaken.take()).isTrue();
  }

  @Test
  void one_of_several_has_it_for_as_long_as_it_renews_it_whatever_clocks_say() {
    ReaperLease first = lease(1);
    ReaperLease second = lease(2);
    assertThat(first.take()).isTrue();
    for (int i = 0; i < 30; i++) {
      after(Duration.ofSeconds(3));
      first.keep();
      now = now.plusSeconds(i % 2 == 0 ? 3600 : -3600);
      assertThat(second.take()).isFalse();
    }
    assertThat(first.term()).isEqualTo(1);
  }

  @Test
  void who_waits_takes_it_when_it_was_not_renewed_for_longer_than_it_lasts() {
    ReaperLease first = lease(1);
    ReaperLease second = lease(2);
    assertThat(first.take()).isTrue();
    assertThat(second.take()).isFalse();
    after(LASTS.plusSeconds(1));
    assertThat(second.take()).as("a quarter longer than its holder counts").isFalse();
    after(Duration.ofSeconds(2));
    assertThat(second.take()).isTrue();
    assertThat(second.term()).isEqualTo(2);
  }

  @Test
  void who_has_not_seen_it_unchanged_for_so_long_waits_however_old_it_is() {
    assertThat(lease(1).take()).isTrue();
    after(Duration.ofHours(1));
    ReaperLease second = lease(2);
    assertThat(second.take()).isFalse();
    after(LASTS.multipliedBy(2));
    assertThat(second.take()).isTrue();
  }

  @Test
  void who_lost_it_takes_nothing_away_and_learns_that_it_lost() {
    ReaperLease first = lease(1);
    ReaperLease second = lease(2);
    put(GARBAGE);
    assertThat(first.take()).isTrue();
    assertThat(second.take()).isFalse();
    after(LASTS.multipliedBy(2));
    assertThat(second.take()).isTrue();
    assertThatThrownBy(() -> first.commit(taking(1))).isInstanceOf(ReaperLease.Lost.class);
    assertThat(isThere(GARBAGE)).isTrue();
    assertThatThrownBy(() -> first.commit(taking(1))).isInstanceOf(ReaperLease.Lost.class);
    assertThatThrownBy(first::keep).isInstanceOf(ReaperLease.Lost.class);
    assertThat(first.take()).isFalse();
    second.commit(taking(2));
    assertThat(isThere(GARBAGE)).isFalse();
  }

  private void put(MetaKey key) {
    Plan plan = Garbage.plan(backends(3).tokens().next(), 0).put(key, new byte[] {1});
    assertThat(new BlockingRows(rows).commit(plan)).isInstanceOf(CommitResult.Committed.class);
  }

  @Test
  void who_is_late_and_whom_nobody_replaced_goes_on() {
    ReaperLease first = lease(1);
    put(GARBAGE);
    assertThat(first.take()).isTrue();
    after(LASTS.multipliedBy(3));
    first.keep();
    first.commit(taking(1));
    assertThat(first.term()).isEqualTo(1);
    assertThat(isThere(GARBAGE)).isFalse();
  }

  @Test
  void a_restarted_node_takes_its_own_at_once_and_its_former_life_takes_nothing_more() {
    ReaperLease before = lease(1);
    put(GARBAGE);
    assertThat(before.take()).isTrue();
    ReaperLease after = lease(1);
    assertThat(after.take()).isTrue();
    assertThat(after.term()).isEqualTo(2);
    assertThatThrownBy(() -> before.commit(taking(1))).isInstanceOf(ReaperLease.Lost.class);
    assertThat(isThere(GARBAGE)).isTrue();
  }

  @Test
  void who_crashed_with_it_and_finds_it_with_another_waits_like_everybody() {
    assertThat(lease(1).take()).isTrue();
    ReaperLease second = lease(2);
    assertThat(second.take()).isFalse();
    after(LASTS.multipliedBy(2));
    assertThat(second.take()).isTrue();
    ReaperLease restarted = lease(1);
    assertThat(restarted.take()).isFalse();
    second.keep();
    ReaperLease secondRestarted = lease(2); // which crashes, too
    assertThat(secondRestarted.take()).isTrue();
    assertThat(restarted.take()).isFalse();
    after(LASTS.multipliedBy(2));
    assertThat(restarted.take()).isTrue();
    assertThat(restarted.term()).isEqualTo(4);
    assertThatThrownBy(secondRestarted::keep).isInstanceOf(ReaperLease.Lost.class);
  }

  @Test
  void what_is_given_back_is_free_at_once() {
    ReaperLease first = lease(1);
    ReaperLease second = lease(2);
    assertThat(first.take()).isTrue();
    assertThat(second.take()).isFalse();
    first.release();
    assertThatThrownBy(() -> first.commit(taking(1))).isInstanceOf(ReaperLease.Lost.class);
    assertThat(second.take()).isTrue();
    first.release();
    second.keep();
    assertThat(second.term()).isEqualTo(2);
  }

  @Test
  void a_renewal_of_which_nothing_is_heard_is_looked_up() {
    ReaperLease first = lease(1);
    assertThat(first.take()).isTrue();
    after(LASTS.dividedBy(2));
    for (boolean applied : new boolean[] {true, false}) {
      rows.unanswered(applied);
      assertThatThrownBy(first::keep).isInstanceOf(StoreFailure.Indeterminate.class);
      rows.answering();
      first.keep();
      put(GARBAGE);
      first.commit(taking(1));
      assertThat(isThere(GARBAGE)).isFalse();
      after(LASTS.dividedBy(2));
    }
    assertThat(first.term()).isEqualTo(1);
  }

  @Test
  void a_row_of_no_known_format_is_refused() {
    Plan plan = Garbage.plan(backends(3).tokens().next(), 0);
    new BlockingRows(rows).commit(plan.put(IndexKeys.REAPER, new byte[] {99, 1}));
    assertThatThrownBy(() -> lease(1).take()).isInstanceOf(StoreFailure.Corrupt.class);
  }

  private Index index(int node) {
    IndexSettings usual = Index.settings(5, GRACE);
    return Index.on(
        backends(node),
        new IndexSettings(
            usual.inlineLimit(),
            usual.inlineCache(),
            usual.bodyMemory(),
            usual.bodyPatience(),
            usual.retries(),
            usual.smallestPart(),
            new ReaperSettings(
                GRACE, Duration.ofMillis(10), 16, Duration.ofHours(1), Duration.ofDays(1), LASTS)));
  }

  private void discard(Index index, int count) {
    BucketName name = new BucketName("bucket");
    Bucket bucket =
        index
            .buckets()
            .find(name)
            .orElseGet(
                () -> index.buckets().create(new CreateBucket(name, new TenantId("anna"), "")));
    for (int i = 0; i < count; i++) {
      var put = new Put(bucket, new Key("k" + i));
      index.store().put(put, Bodies.of(Bodies.bytes(i, 100_000)));
      index.store().delete(new Delete(bucket, put.key()));
    }
  }

  private int left() {
    return blobs.list("", 1000).size();
  }

  @Test
  void only_who_has_it_collects_and_also_what_others_threw_away() {
    Index first = index(1);
    Index second = index(2);
    assertThat(first.store().reaper().round()).isZero();
    discard(second, 3);
    after(GRACE.plusSeconds(1));
    assertThat(second.store().reaper().round()).isZero();
    assertThat(left()).isEqualTo(3);
    assertThat(first.store().reaper().round()).isEqualTo(3);
    assertThat(left()).isZero();
  }

  @Test
  void however_short_space_is_what_others_may_read_stays_for_its_grace() {
    Index index = index(1);
    discard(index, 1);
    index.store().reaper().hurry(true);
    after(GRACE.dividedBy(2));
    assertThat(index.store().reaper().round()).isZero();
    assertThat(left()).isEqualTo(1);
    after(GRACE);
    assertThat(index.store().reaper().round()).isEqualTo(1);
    assertThat(left()).isZero();
  }

  @Test
  void garbage_that_seems_due_by_a_wrong_clock_stays_for_its_grace_all_the_same() {
    Index index = index(1);
    discard(index, 1);
    now = now.plus(GRACE.multipliedBy(3));
    long began = watch.nanos;
    assertThat(index.store().reaper().round()).isEqualTo(1);
    assertThat(watch.nanos - began).isGreaterThanOrEqualTo(GRACE.toNanos());
  }

  /// More than go in one round without others: what waits for long waits together.
  @Test
  void much_garbage_waits_for_one_grace_and_not_for_one_a_page() {
    Index index = index(1);
    discard(index, 100);
    after(GRACE.plusSeconds(1));
    long began = watch.nanos;
    int rounds = 0;
    for (int done = 0; done < 100 && rounds < 50; rounds++) done += index.store().reaper().round();
    assertThat(left()).isZero();
    assertThat(watch.nanos - began).isLessThan(GRACE.multipliedBy(2).toNanos());
  }

  @Test
  void who_loses_it_while_garbage_ripens_leaves_that_to_the_other() {
    Index first = index(1);
    Index second = index(2);
    discard(first, 2);
    after(GRACE.plusSeconds(1));
    watch.onPark =
        () -> {
          // The other one has waited long enough, for all it knows.
          ReaperLease other = lease(2);
          assertThat(other.take()).isFalse();
          watch.nanos += LASTS.multipliedBy(2).toNanos();
          assertThat(other.take()).isTrue();
        };
    assertThat(first.store().reaper().round()).isZero();
    assertThat(left()).isEqualTo(2);
    assertThat(second.store().reaper().round()).isEqualTo(2);
    assertThat(left()).isZero();
    assertThat(new RowCursor(new BlockingRows(rows), IndexKeys.all('G')).next()).isNull();
  }

  /// Time that goes on when somebody waits.
  private static final class Watch implements Ticker {
    private long nanos;
    private Runnable onPark = () -> {};

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void park(long pause) {
      nanos += pause;
      Runnable once = onPark;
      onPark = () -> {};
      once.run();
    }
  }

  /// Does not tell what became of a batch, nor lets anybody look, for as long as it is told to.
  private static final class Faulty extends Forwarding {
    private boolean silent;
    private boolean deaf;
    private boolean applies;

    Faulty(MetaStore inner) {
      super(inner);
    }

    void unanswered(boolean applied) {
      silent = true;
      applies = applied;
    }

    void answering() {
      silent = false;
      deaf = false;
    }

    @Override
    public CompletionStage<Optional<Entry>> get(MetaKey key) {
      return deaf
          ? CompletableFuture.failedFuture(new MetaException.Unavailable("not now", null))
          : inner.get(key);
    }

    @Override
    public CompletionStage<CommitResult> commit(Batch batch) {
      if (!silent) return inner.commit(batch);
      deaf = true;
      if (applies) MetaStore.await(inner.commit(batch));
      return CompletableFuture.failedFuture(new MetaException.Indeterminate("no answer", null));
    }
  }
}
