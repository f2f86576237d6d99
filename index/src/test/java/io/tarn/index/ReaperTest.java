package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.Entry;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.Put;
import io.tarn.store.TenantId;
import io.tarn.store.VolumeId;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReaperTest {
  private static final Duration GRACE = Duration.ofHours(1);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private final Stubborn blobs = new Stubborn();
  private final Index index =
      Index.on(
          new IndexBackends(new MemoryMetaStore(), blobs, new Tokens(clock, 1), clock, 1),
          Index.settings(5, GRACE));
  private final Bucket bucket =
      index.buckets().create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));

  private Reaper reaper() {
    return index.store().reaper();
  }

  private List<BlobId> left() {
    return blobs.list("", 1000);
  }

  private BlobId put(String key) {
    Set<BlobId> before = new HashSet<>(left());
    index.store().put(new Put(bucket, new Key(key)), Bodies.of(Bodies.bytes(1, 100_000)));
    return left().stream().filter(id -> !before.contains(id)).findFirst().orElseThrow();
  }

  private void delete(String key) {
    index.store().delete(new Delete(bucket, new Key(key)));
  }

  private void after(Duration pause) {
    now = now.plus(pause);
    while (reaper().round() > 0) {}
  }

  /// As after a restart, which begins above all tokens that may have been given out.
  @Test
  void what_is_due_goes_though_tokens_are_ahead_and_what_was_put_off_comes_first() {
    BlobId gone = put("gone");
    index.backends().tokens().passed(new Tokens(() -> now.plusSeconds(60), 1).next());
    index.store().delete(new Delete(bucket, new Key("gone")));
    now = now.plus(GRACE).plusMillis(1);
    reaper().retry();
    assertThat(reaper().round()).isEqualTo(1);
    assertThat(left()).doesNotContain(gone);
  }

  @Test
  void garbage_waits_for_its_grace() {
    put("a");
    delete("a");
    after(GRACE.minusSeconds(1));
    assertThat(left()).hasSize(1);
    after(Duration.ofSeconds(2));
    assertThat(left()).isEmpty();
  }

  @Test
  void what_was_buried_while_the_clock_was_far_ahead_goes_when_it_is_right_again() {
    Instant right = now;
    put("a");
    for (Duration ahead : List.of(Duration.ofDays(400), Duration.ofDays(50_000))) {
      now = right.plus(ahead);
      put("b");
      delete("b");
      now = right;
      after(Duration.ofMinutes(11));
      assertThat(left()).as("ahead by " + ahead).hasSize(1);
      put("c");
      delete("c");
      after(GRACE.minusMinutes(1));
      assertThat(left()).as("what is not due stays").hasSize(2);
      after(Duration.ofMinutes(2));
      assertThat(left()).hasSize(1);
      right = now;
    }
  }

  @Test
  void a_clock_that_is_set_back_a_little_stops_no_round() {
    for (int back = 0; back < 600; back += 30) {
      now = now.plusSeconds(200);
      put("a");
      delete("a");
      after(Duration.ZERO);
      now = now.minusSeconds(back);
      after(Duration.ZERO);
    }
    after(GRACE.plusMinutes(20));
    assertThat(left()).isEmpty();
  }

  @Test
  void while_space_is_short_garbage_waits_for_a_second_and_then_for_its_grace_again() {
    put("a");
    delete("a");
    reaper().hurry(true);
    after(Duration.ofMillis(500));
    assertThat(left()).hasSize(1);
    after(Duration.ofSeconds(1));
    assertThat(left()).isEmpty();

    reaper().hurry(false);
    BlobId later = put("b");
    delete("b");
    after(Duration.ofMinutes(30));
    assertThat(left()).containsExactly(later);
  }

  @Test
  void what_is_due_at_once_is_found_also_after_a_hurry() {
    reaper().hurry(true);
    after(Duration.ofSeconds(1));
    reaper().hurry(false);
    BlobId abandoned = abandon();
    assertThat(left()).containsExactly(abandoned);
    after(Duration.ofSeconds(5));
    assertThat(left()).isEmpty();
  }

  @Test
  void orphans_that_are_buried_stay_until_their_time_also_while_space_is_short() {
    List<BlobId> orphans = IntStream.range(0, 600).mapToObj(_ -> orphan()).toList();
    BlobId kept = put("kept");
    assertThat(index.store().inspection().unreferenced(left())).hasSameElementsAs(orphans);
    List<BlobAt> all = orphans.stream().map(ReaperTest::at).toList();
    index.store().discard(all, now.plus(Duration.ofDays(7)));
    assertThat(index.store().inspection().unreferenced(left())).isEmpty();
    reaper().hurry(true);
    after(Duration.ofDays(7).minusSeconds(1));
    assertThat(left()).hasSize(601);
    after(Duration.ofSeconds(3));
    assertThat(left()).containsExactly(kept);
  }

  private BlobId orphan() {
    BlobId blob = BlobId.of(now.toEpochMilli(), 1, index.backends().tokens().next());
    try (Blobs.Staged staged = blobs.stage(blob, 1)) {
      staged.write(java.nio.ByteBuffer.allocate(1));
      staged.commit();
    }
    return blob;
  }

  /// A blob that lost its way: garbage that was due the moment it was written.
  private BlobId abandon() {
    BlobId blob = orphan();
    var plan = Garbage.plan(index.backends().tokens().next(), now.toEpochMilli());
    plan.discard(new Garbage.Stray(at(blob)).toRow());
    new BlockingRows(index.backends().meta()).commit(plan);
    return blob;
  }

  private static BlobAt at(BlobId blob) {
    return new BlobAt(blob, VolumeId.UNKNOWN);
  }

  @Test
  void a_blob_that_cannot_be_deleted_does_not_keep_the_others() {
    BlobId bad = put("bad");
    put("good");
    delete("bad");
    delete("good");
    blobs.bad.add(bad);
    after(GRACE.plusSeconds(1));
    assertThat(left()).containsExactly(bad);
    blobs.bad.clear();
    after(Duration.ofSeconds(1));
    assertThat(left()).as("is not tried again every second").containsExactly(bad);
    after(Duration.ofHours(1));
    assertThat(left()).isEmpty();
  }

  @Test
  void what_cannot_be_deleted_never_stops_the_queue_however_much_it_is() {
    for (int i = 0; i < 300; i++) {
      blobs.bad.add(put("bad" + i));
      delete("bad" + i);
      now = now.plusMillis(1);
    }
    put("good");
    delete("good");
    now = now.plus(GRACE).plusSeconds(1);
    Reaper few = Index.on(index.backends(), settings(16)).store().reaper();
    int rounds = 0;
    while (left().size() > blobs.bad.size()) {
      few.round();
      assertThat(++rounds).as("rounds of 16").isLessThan(60);
    }
    assertThat(left()).hasSize(300);
    int asked = blobs.deletes;
    for (int i = 0; i < 50; i++) assertThat(few.round()).isZero();
    assertThat(blobs.deletes - asked).as("what was put off is left alone").isLessThan(5);
    blobs.bad.clear();
    few.retry();
    while (few.round() > 0) {}
    assertThat(left()).as("and tried again when it is asked for").isEmpty();
  }

  @Test
  void what_cannot_be_deleted_is_asked_for_ever_more_rarely() {
    BlobId bad = put("bad");
    blobs.bad.add(bad);
    delete("bad");
    int asked = 0;
    for (int minute = 0; minute < 24 * 60; minute++) {
      int before = blobs.deletes;
      after(Duration.ofMinutes(1));
      if (blobs.deletes > before) asked++;
    }
    assertThat(asked).isBetween(12, 24); // once an hour
  }

  @Test
  void a_damaged_garbage_row_stops_nobody_and_stays() {
    var rows = new BlockingRows(index.backends().meta());
    long token = index.backends().tokens().next();
    var plan = Garbage.plan(token, now.toEpochMilli());
    plan.discard(new byte[] {99, 1, 2});
    rows.commit(plan);
    put("good");
    delete("good");
    after(GRACE.plusSeconds(1));
    assertThat(left()).isEmpty();
    assertThat(rows.scan(Scan.of(IndexKeys.all('G'), 10)).items()).hasSize(1);
    assertThat(reaper().state().waiting()).contains("no known kind");
  }

  @Test
  void a_reader_that_met_the_row_before_it_was_buried_has_a_second_to_pin_it_whatever_the_clock() {
    BlobId blob = put("a");
    long version = versionOf("a");
    delete("a");
    now = now.plus(GRACE.multipliedBy(2)); // a commit that took long, or a clock that was set
    var pins = new Pins();
    var rows = new BlockingRows(index.backends().meta());
    var held = new Reaper.Held(pins, new Pending(rows, index.backends()), index.lease());
    var slow = new Reaper(rows, index.backends(), held, settings(1000).reaper());
    long began = System.nanoTime();
    var round = CompletableFuture.supplyAsync(slow::round);
    LockSupport.parkNanos(500_000_000);
    assertThat(left()).containsExactly(blob);
    pins.pin(version);
    assertThat(round.join()).isZero();
    assertThat(System.nanoTime() - began).isGreaterThan(900_000_000);
    assertThat(left()).containsExactly(blob);
    pins.unpin(version);
    now = now.plus(Duration.ofMinutes(1));
    while (slow.round() > 0) {}
    assertThat(left()).isEmpty();
  }

  private long versionOf(String key) {
    Entry entry =
        new BlockingRows(index.backends().meta()).get(IndexKeys.current(bucket.id(), new Key(key)));
    return ObjectRow.ofRow(java.util.Objects.requireNonNull(entry).value()).token();
  }

  @Test
  void garbage_is_counted_and_its_age_known() {
    var count = new GarbageCount(new BlockingRows(index.backends().meta()), clock);
    assertThat(count.step()).isTrue();
    assertThat(count.last()).isEqualTo(GarbageCount.Counted.NOTHING);
    for (int i = 0; i < 3; i++) put("k" + i);
    for (int i = 0; i < 3; i++) delete("k" + i);
    Instant discarded = now;
    blobs.bad.addAll(left());
    after(GRACE.plusSeconds(1)); // which puts it off
    assertThat(count.step()).isTrue();
    assertThat(count.last().rows()).isEqualTo(3);
    assertThat(count.last().bytes()).isEqualTo(300_000);
    assertThat(count.last().oldest())
        .isBetween(discarded.minusMillis(50), discarded.plusMillis(50));
  }

  private static IndexSettings settings(int perRound) {
    IndexSettings usual = Index.settings(5, GRACE);
    return new IndexSettings(
        usual.inlineLimit(),
        usual.inlineCache(),
        usual.bodyMemory(),
        usual.bodyPatience(),
        usual.retries(),
        usual.smallestPart(),
        new ReaperSettings(
            GRACE,
            Duration.ofMillis(10),
            perRound,
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ZERO));
  }

  @Test
  void blobs_are_deleted_by_the_page() {
    for (int i = 0; i < 50; i++) {
      put("k" + i);
      delete("k" + i);
    }
    after(GRACE.plusSeconds(1));
    assertThat(left()).isEmpty();
    // Together, but for those that ripened while others were still being met.
    assertThat(blobs.deletes).isLessThan(10);
  }

  /// Does not let go of some.
  private static final class Stubborn implements Blobs {
    private final MemoryBlobs inner = new MemoryBlobs();
    private final Set<BlobId> bad = new HashSet<>();
    private int deletes;

    @Override
    public Staged stage(BlobId id, long expectedLength) {
      return inner.stage(id, expectedLength);
    }

    @Override
    public OpenBlob open(BlobAt blob) {
      return inner.open(blob);
    }

    @Override
    public List<Undeleted> delete(Collection<BlobAt> gone) {
      deletes++;
      var stuck = new ArrayList<Undeleted>();
      for (BlobAt each : gone) {
        if (bad.contains(each.id())) {
          stuck.add(new Undeleted(each, "it stays"));
        } else {
          stuck.addAll(inner.delete(List.of(each)));
        }
      }
      return stuck;
    }

    @Override
    public boolean holds(BlobAt blob) {
      return inner.holds(blob);
    }

    @Override
    public List<BlobId> list(String after, int limit) {
      return inner.list(after, limit);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
