package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaStore;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.MemoryBlobs;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// A node that ends after any commit of a creation leaves the bucket with all its documents, or
/// none.
class BucketCreationTest {
  private static final BucketName NAME = new BucketName("closed");
  private static final Map<DocumentKind, String> DOCUMENTS =
      Map.of(DocumentKind.OWNERSHIP, "BucketOwnerEnforced", DocumentKind.ACL, "a list");

  private final MetaStore whole = new MemoryMetaStore();
  private final Ending ending = new Ending(whole);

  /// Takes so many commits and no more.
  private static final class Ending extends Forwarding {
    int left = Integer.MAX_VALUE;

    Ending(MetaStore inner) {
      super(inner);
    }

    @Override
    public CompletionStage<CommitResult> commit(Batch batch) {
      if (left == 0)
        return CompletableFuture.failedFuture(new MetaException.Unavailable("ended", null));
      left--;
      return super.commit(batch);
    }
  }

  private Index open(MetaStore meta) {
    return Index.on(meta, new MemoryBlobs(), Index.settings(5));
  }

  @Test
  void a_creation_is_one_commit() {
    Index index = open(ending);
    ending.left = 0;
    var create = new CreateBucket(NAME, new TenantId("anna"), "", DOCUMENTS);
    assertThatThrownBy(() -> index.buckets().create(create))
        .isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(open(whole).buckets().find(NAME)).isEmpty();
    ending.left = 1;
    Bucket made = index.buckets().create(create);
    assertThat(ending.left).isZero();
    IndexedBuckets after = open(whole).buckets();
    assertThat(after.find(NAME)).contains(made);
    DOCUMENTS.forEach((kind, text) -> assertThat(after.document(made, kind)).contains(text));
  }
}
