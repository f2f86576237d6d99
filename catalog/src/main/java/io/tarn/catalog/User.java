package io.tarn.catalog;

import io.tarn.store.TenantId;
import java.time.Instant;
import java.util.List;

/// A user of a tenant, who may do what the attached policies say. The name may be another's later;
/// the id is nobody else's, in any tenant, and never will be.
public record User(
    TenantId tenant,
    String name,
    String id,
    List<String> policies,
    boolean enabled,
    Instant created) {
  /// The most policies attached to one user.
  public static final int MOST_POLICIES = 20;

  public User {
    Names.checkUser(name);
    policies = List.copyOf(policies);
    if (policies.size() > MOST_POLICIES) {
      throw new IllegalArgumentException("at most " + MOST_POLICIES + " policies are attached");
    }
  }

  User with(List<String> others) {
    return new User(tenant, name, id, others, enabled, created);
  }

  User enabled(boolean whether) {
    return new User(tenant, name, id, policies, whether, created);
  }
}
