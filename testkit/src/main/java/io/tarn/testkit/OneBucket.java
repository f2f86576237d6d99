package io.tarn.testkit;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.ObjectStore;
import io.tarn.store.TenantId;
import org.junit.jupiter.api.BeforeEach;

/// What contracts about objects begin with: a fresh store, and one bucket in it.
abstract class OneBucket extends StoreContract {
  static final TenantId OWNER = new TenantId("anna");

  /// The least size of a part that is not the last, for the stores of contracts.
  static final int SMALLEST = 5;

  @SuppressWarnings("NullAway.Init") // before each test
  Buckets buckets;

  @SuppressWarnings("NullAway.Init") // before each test
  ObjectStore store;

  @SuppressWarnings("NullAway.Init") // before each test
  Bucket bucket;

  /// Fresh and empty. Parts may be as small as 5 bytes.
  protected abstract BucketsContract.Both both();

  @BeforeEach
  final void open() {
    BucketsContract.Both both = both();
    buckets = both.buckets();
    store = both.objects();
    bucket = buckets.create(new CreateBucket(new BucketName("bucket"), OWNER, ""));
  }
}
