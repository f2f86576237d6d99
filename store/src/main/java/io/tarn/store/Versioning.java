package io.tarn.store;

/// The versioning state of a bucket. A bucket that ever was [#ENABLED] never returns to [#OFF].
public enum Versioning {
  OFF,
  ENABLED,
  SUSPENDED
}
