package io.tarn.identity;

import io.tarn.store.Acl;
import io.tarn.store.TenantId;

/// Whose an object is, and what that tenant grants to others.
public record OwnerAndAcl(TenantId owner, Acl acl) {}
