package io.tarn.store;

/// An object to write: everything about it but its bytes. The owner is the tenant that will own the
/// object.
public record Put(
    Bucket bucket,
    Key key,
    TenantId owner,
    Metadata metadata,
    Tags tags,
    Conditions conditions,
    Acl acl) {
  public Put(
      Bucket bucket, Key key, TenantId owner, Metadata metadata, Tags tags, Conditions conditions) {
    this(bucket, key, owner, metadata, tags, conditions, Acl.PRIVATE);
  }

  public Put(Bucket bucket, Key key) {
    this(bucket, key, bucket.owner(), Metadata.NONE, Tags.NONE, Conditions.NONE);
  }
}
