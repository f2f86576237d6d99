package io.tarn.identity;

import io.tarn.store.TenantId;

/// What a demand is decided by: who owns what it is about, and what owners of a bucket and its
/// objects decided about others, by the bucket's policy ([Policy#NONE] where there is no bucket or
/// it has none, [Policy#UNREADABLE] where what is stored cannot be read) and by ACLs.
public record Rules(TenantId owner, Policy policy, Acls acls) {
  /// Of a tenant as a whole, or a bucket that it is about to make: nothing was decided about
  /// others.
  public static Rules of(TenantId owner) {
    return new Rules(owner, Policy.NONE, Acls.NONE);
  }

  /// The same with the policy of a bucket.
  public static Rules of(TenantId owner, Policy policy) {
    return new Rules(owner, policy, Acls.NONE);
  }
}
