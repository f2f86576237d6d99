package io.tarn.catalog;

import io.tarn.store.TenantId;
import java.time.Instant;
import java.util.List;

/// A user of a tenant, who may do what the attached policies say.
public record User(
    TenantId tenant, String name, List<String> policies, boolean enabled, Instant created) {
  /// The most policies attached to one user.
  public static final int MOST_POLICIES = 20;

  public User {
    Names.checkUser(name);
    policies = List.copyOf(policies);
    if (policies.size() > MOST_POLICIES)
      throw new IllegalArgumentException("at most " + MOST_POLICIES + " policies are attached");
  }
}
