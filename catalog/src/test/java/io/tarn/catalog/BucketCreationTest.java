package io.tarn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaStore;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A node that ends after any commit of a creation leaves the bucket with all its documents, or
/// none.
class BucketCreationTest {
  private static final BucketName NAME = new BucketName("closed");
  private static final Map<DocumentKind, String> DOCUMENTS =
      Map.of(DocumentKind.OWNERSHIP, "BucketOwnerEnforced", DocumentKind.ACL, "a list");

  private final MetaStore whole = new MemoryMetaStore();
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

  @Test
  void a_creation_is_one_commit() {
    BucketRegistry index = Registry.start(Registry.ending(whole, left));
    left.set(0);
    var create = new CreateBucket(NAME, new TenantId("anna"), "", DOCUMENTS);
    assertThatThrownBy(() -> index.create(create)).isInstanceOf(StoreFailure.Unavailable.class);
    assertThat(Registry.start(whole).find(NAME)).isEmpty();
    left.set(1);
    Bucket made = index.create(create);
    assertThat(left.get()).isZero();
    BucketRegistry after = Registry.start(whole);
    assertThat(after.find(NAME)).contains(made);
    DOCUMENTS.forEach((kind, text) -> assertThat(after.document(made, kind)).contains(text));
  }
}
