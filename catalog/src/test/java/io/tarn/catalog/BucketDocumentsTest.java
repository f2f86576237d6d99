package io.tarn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.Batch;
import io.tarn.meta.Entry;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Documents of format 1 lie under the names that their kinds had.
class BucketDocumentsTest {
  private static final TenantId ANNA = new TenantId("anna");
  private static final List<String> NAMES =
      List.of(
          "POLICY",
          "TAGGING",
          "CORS",
          "LIFECYCLE",
          "ENCRYPTION",
          "NOTIFICATION",
          "OBJECT_LOCK",
          "ACL",
          "OWNERSHIP",
          "PUBLIC_ACCESS_BLOCK",
          "WEBSITE",
          "LOGGING");

  private final InstantSource clock = InstantSource.system();
  private final MetaStore meta = new MemoryMetaStore();

  private BucketRegistry start() {
    return Registry.start(new ShortPages(meta));
  }

  private static Bucket create(BucketRegistry index, String name) {
    return index.create(new CreateBucket(new BucketName(name), ANNA, "eu"));
  }

  private static MetaKey named(Bucket bucket, String kind) {
    byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
    return new MetaKey(
        ByteBuffer.allocate(9 + name.length)
            .put((byte) 'S')
            .putLong(bucket.id())
            .put(name)
            .array());
  }

  private void put(MetaKey key, String text) {
    long token = Tokens.greatestAt(clock.millis());
    Op put = new Op.Put(key, text.getBytes(StandardCharsets.UTF_8));
    MetaStore.await(meta.commit(Batch.of(token, List.of(), List.of(put))));
  }

  /// 240 of them, so that they take several batches.
  private List<Bucket> before() {
    BucketRegistry index = start();
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Bucket bucket = create(index, "b%04d".formatted(i));
      for (String kind : NAMES) put(named(bucket, kind), kind + " of ü" + i);
      buckets.add(bucket);
    }
    return buckets;
  }

  private int named() {
    int count = 0;
    var cursor = new RowCursor(new BlockingRows(meta), BucketKeys.DOCUMENTS);
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      if (BucketKeys.isNamedDocument(row.key())) count++;
    }
    return count;
  }

  private static void assertMoved(BucketRegistry index, List<Bucket> buckets) {
    for (int i = 0; i < buckets.size(); i++) {
      for (String kind : NAMES) {
        assertThat(index.document(buckets.get(i), DocumentKind.valueOf(kind)))
            .contains(kind + " of ü" + i);
      }
    }
  }

  @Test
  void a_start_moves_documents_that_lie_under_a_name() {
    List<Bucket> buckets = before();
    BucketRegistry index = start();
    assertThat(named()).isZero();
    assertMoved(index, buckets);
    assertMoved(start(), buckets);
    index.removeDocument(buckets.getFirst(), DocumentKind.ACL);
    index.delete(buckets.getLast());
    BucketRegistry again = start();
    assertThat(again.document(buckets.getFirst(), DocumentKind.ACL)).isEmpty();
    assertThat(Registry.problems(meta)).isEmpty();
  }

  /// Wherever it is cut off, every document is in one place, and the next start goes on.
  @Test
  void a_move_that_is_cut_off_is_gone_on_with() {
    List<Bucket> buckets = before();
    for (int commits = 1; named() > 0; commits++) {
      MetaStore cut = Registry.ending(meta, new AtomicInteger(commits));
      try {
        BucketRegistry whole = Registry.start(cut);
        assertMoved(whole, buckets);
      } catch (StoreFailure.Unavailable e) {
        assertThat(e).hasMessageContaining("cut");
      }
      int all = 0;
      var cursor = new RowCursor(new BlockingRows(meta), BucketKeys.DOCUMENTS);
      while (cursor.next() != null) all++;
      assertThat(all).isEqualTo(240);
      assertThat(commits).isLessThan(20);
    }
    assertMoved(start(), buckets);
  }

  @Test
  void a_kind_that_nobody_knows_is_refused_and_stays() {
    Bucket bucket = before().getFirst();
    put(named(bucket, "REPLICATION"), "of another program");
    assertThatThrownBy(this::start)
        .isInstanceOf(StoreFailure.Corrupt.class)
        .hasMessageContaining("REPLICATION");
    assertThat(named()).isPositive();
  }
}
