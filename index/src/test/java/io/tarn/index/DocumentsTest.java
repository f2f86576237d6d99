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
import io.tarn.meta.Op;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.MemoryBlobs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// Documents of format 1 lie under the names that their kinds had.
class DocumentsTest {
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

  private Index start() {
    return start(new ShortPages(meta));
  }

  private Index start(MetaStore store) {
    var backends = new IndexBackends(store, new MemoryBlobs(), new Tokens(clock, 1), clock, 1);
    return Index.on(backends, Index.settings(5));
  }

  private static Bucket create(Index index, String name) {
    return index.buckets().create(new CreateBucket(new BucketName(name), ANNA, "eu"));
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
    Index index = start();
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
    var cursor = new RowCursor(new BlockingRows(meta), IndexKeys.all('S'));
    for (Entry row = cursor.next(); row != null; row = cursor.next())
      if (IndexKeys.isNamedDocument(row.key())) count++;
    return count;
  }

  private static void assertMoved(Index index, List<Bucket> buckets) {
    for (int i = 0; i < buckets.size(); i++)
      for (String kind : NAMES)
        assertThat(index.buckets().document(buckets.get(i), DocumentKind.valueOf(kind)))
            .contains(kind + " of ü" + i);
  }

  @Test
  void a_start_moves_documents_that_lie_under_a_name() {
    List<Bucket> buckets = before();
    Index index = start();
    assertThat(named()).isZero();
    assertMoved(index, buckets);
    assertMoved(start(), buckets);
    index.buckets().removeDocument(buckets.getFirst(), DocumentKind.ACL);
    index.buckets().delete(buckets.getLast());
    Index again = start();
    assertThat(again.buckets().document(buckets.getFirst(), DocumentKind.ACL)).isEmpty();
    assertThat(Audit.problems(meta, new MemoryBlobs())).isEmpty();
  }

  /// Wherever it is cut off, every document is in one place, and the next start goes on.
  @Test
  void a_move_that_is_cut_off_is_gone_on_with() {
    List<Bucket> buckets = before();
    for (int commits = 1; named() > 0; commits++) {
      var cut = new Cut(meta, commits);
      try {
        Index whole = start(cut);
        assertMoved(whole, buckets);
      } catch (StoreFailure.Unavailable e) {
        assertThat(e).hasMessageContaining("cut");
      }
      int all = 0;
      var cursor = new RowCursor(new BlockingRows(meta), IndexKeys.all('S'));
      while (cursor.next() != null) all++;
      assertThat(all).isEqualTo(240);
      assertThat(commits).isLessThan(20);
    }
    assertMoved(start(), buckets);
  }

  private static final class Cut extends Forwarding {
    private int left;

    Cut(MetaStore inner, int commits) {
      super(inner);
      left = commits;
    }

    @Override
    public CompletionStage<CommitResult> commit(Batch batch) {
      return left-- > 0
          ? super.commit(batch)
          : CompletableFuture.failedFuture(new MetaException.Unavailable("cut", null));
    }
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
