package io.tarn.store;

/// An object to write: everything about it but its bytes. The owner is the tenant that will own the
/// object. `permit` is asked of what the object takes the place of as the current one.
public record Put(
    Bucket bucket,
    Key key,
    TenantId owner,
    Metadata metadata,
    Tags tags,
    Conditions conditions,
    Acl acl,
    Permit permit) {
  public Put(
      Bucket bucket,
      Key key,
      TenantId owner,
      Metadata metadata,
      Tags tags,
      Conditions conditions,
      Acl acl) {
    this(bucket, key, owner, metadata, tags, conditions, acl, Permit.ANY);
  }

  public Put(
      Bucket bucket, Key key, TenantId owner, Metadata metadata, Tags tags, Conditions conditions) {
    this(bucket, key, owner, metadata, tags, conditions, Acl.PRIVATE);
  }

  public Put(Bucket bucket, Key key) {
    this(bucket, key, bucket.owner(), Metadata.NONE, Tags.NONE, Conditions.NONE);
  }

  /// Whether what is there now has to be looked at before it is replaced.
  public boolean looks() {
    return conditions.areSaid() || permit.looks();
  }
}
