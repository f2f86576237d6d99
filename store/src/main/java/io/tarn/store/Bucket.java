package io.tarn.store;

import java.time.Instant;

/// A bucket as it was found. `id` names the incarnation: a bucket deleted and created again has
/// another, so nothing of the old one is ever seen in the new. `revision` changes with every change
/// of this record; a write made with a stale one is decided anew by the store, never applied under
/// rules that no longer hold. Its home stays what it is for as long as the incarnation does.
public record Bucket(
    BucketName name,
    long id,
    long revision,
    TenantId owner,
    String region,
    Instant created,
    Versioning versioning,
    Home home) {

  /// Whether this can be done with its objects where they are.
  public boolean can(Capability capability) {
    return home.capabilities().contains(capability);
  }

  /// @throws StoreFailure.Unsupported when this cannot be done with its objects where they are
  public void require(Capability capability) {
    if (!can(capability)) throw new StoreFailure.Unsupported(capability);
  }

  /// As it is after a change of its record.
  public Bucket changed(long revision, Versioning versioning) {
    return new Bucket(name, id, revision, owner, region, created, versioning, home);
  }

  /// The same with another home.
  public Bucket at(Home elsewhere) {
    return new Bucket(name, id, revision, owner, region, created, versioning, elsewhere);
  }
}
