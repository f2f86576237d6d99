package io.tarn.store;

/// What to delete. Without a version a versioned bucket gets a delete marker; with one, that
/// version goes for good. `permit` is asked of what goes or disappears behind the marker.
public record Delete(
    Bucket bucket, Key key, TenantId by, Version version, Conditions conditions, Permit permit) {
  public Delete(Bucket bucket, Key key, TenantId by, Version version, Conditions conditions) {
    this(bucket, key, by, version, conditions, Permit.ANY);
  }

  public Delete(Bucket bucket, Key key) {
    this(bucket, key, bucket.owner(), Version.LATEST, Conditions.NONE);
  }

  /// Whether what is there has to be looked at before it goes.
  public boolean looks() {
    return conditions.areSaid() || permit.looks();
  }
}
