package io.tarn.store;

/// What to delete. Without a version a versioned bucket gets a delete marker; with one, that
/// version goes for good.
public record Delete(Bucket bucket, Key key, TenantId by, Version version, Conditions conditions) {
  public Delete(Bucket bucket, Key key) {
    this(bucket, key, bucket.owner(), Version.LATEST, Conditions.NONE);
  }
}
