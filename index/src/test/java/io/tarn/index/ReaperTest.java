package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.Tokens;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
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
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReaperTest {
  private static final Duration GRACE = Duration.ofHours(1);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private final Stubborn blobs = new Stubborn();
  private final Index index =
      Index.on(
          new Substrate(new MemoryMetaStore(), blobs, new Tokens(clock, 1), clock, 1),
          Index.settings(5, GRACE));
  private final Bucket bucket =
      index.buckets().create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));

  private Reaper reaper() {
    return index.store().reaper();
  }

  private List<BlobId> left() {
    return blobs.list("", 100);
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

  /// A blob that lost its way: garbage that was due the moment it was written.
  private BlobId abandon() {
    BlobId blob = BlobId.of(now.toEpochMilli(), 1, index.substrate().tokens().next());
    try (Blobs.Staged staged = blobs.stage(blob, 1)) {
      staged.write(java.nio.ByteBuffer.allocate(1));
      staged.commit();
    }
    var plan = new Plan(index.substrate().tokens().next(), now.toEpochMilli());
    plan.discard(new Garbage.Stray(blob).toRow());
    new Rows(index.substrate().meta()).commit(plan);
    return blob;
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
    assertThat(left()).isEmpty();
  }

  @Test
  void blobs_are_deleted_by_the_page() {
    for (int i = 0; i < 50; i++) {
      put("k" + i);
      delete("k" + i);
    }
    after(GRACE.plusSeconds(1));
    assertThat(left()).isEmpty();
    assertThat(blobs.deletes).isEqualTo(1);
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
    public OpenBlob open(BlobId id) {
      return inner.open(id);
    }

    @Override
    public void delete(Collection<BlobId> ids) {
      deletes++;
      if (ids.stream().anyMatch(bad::contains))
        throw new StoreFailure.Unavailable("it stays", null);
      inner.delete(ids);
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
