package io.tarn.rows;

import io.tarn.meta.Guard;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.StoreFailure;
import java.util.Map;

/// What whoever keeps objects as rows has to know of their buckets. Every batch that writes into a
/// bucket has the guard of its state as its first, so that nothing is written into one that was
/// deleted, or under rules that no longer hold.
public interface BucketStates {
  /// The bucket as it is now, from memory where it can. Fails with [StoreFailure.NoSuchBucket] when
  /// this incarnation is gone.
  Bucket require(Bucket bucket);

  /// The bucket as stored, for someone whose guard on it just failed; waits while it is being
  /// deleted.
  Bucket refresh(Bucket bucket);

  /// What holds for as long as the bucket is as it was found.
  Guard unchanged(Bucket bucket);

  /// The buckets that there are, by their ids. Reads them all.
  Map<Long, BucketName> names();
}
