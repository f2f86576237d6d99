package io.tarn.rows;

import io.tarn.store.Bucket;

/// What is kept in buckets, for whoever deletes one. Both are asked while nobody can write into the
/// bucket.
public interface BucketContents {
  /// Whether no version and no delete marker is left in it.
  boolean isEmpty(Bucket bucket);

  /// Adds to the batch that ends the bucket what is to become of the rest.
  void discard(Plan plan, Bucket bucket);
}
