package io.tarn.catalog;

import java.time.Instant;

/// An access key, without its secret. The ceiling is a policy document that narrows what the key
/// may do to less than its owner, empty for none.
public record AccessKey(String id, Owner owner, String ceiling, boolean enabled, Instant created) {
  public AccessKey {
    Names.checkAccessKey(id);
  }
}
