package io.tarn.s3;

import io.tarn.store.TenantId;

/// How tenants are called in answers. Their canonical id is the [TenantId] itself.
@FunctionalInterface
public interface OwnerNames {
  /// The display name, the id when there is none.
  String displayName(TenantId tenant);
}
