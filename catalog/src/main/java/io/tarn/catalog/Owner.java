package io.tarn.catalog;

import io.tarn.store.TenantId;

/// Whose an access key is: a user's or, where `user` is empty, the root's of the tenant.
public record Owner(TenantId tenant, String user) {
  public static Owner root(TenantId tenant) {
    return new Owner(tenant, "");
  }

  public boolean isRoot() {
    return user.isEmpty();
  }
}
