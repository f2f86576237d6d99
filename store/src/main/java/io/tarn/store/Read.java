package io.tarn.store;

/// Which object to read, on what conditions, and whether the version found may be read at all.
public record Read(Bucket bucket, Key key, Version version, Conditions conditions, Permit permit) {
  public Read(Bucket bucket, Key key, Version version, Conditions conditions) {
    this(bucket, key, version, conditions, Permit.ANY);
  }

  public Read(Bucket bucket, Key key) {
    this(bucket, key, Version.LATEST, Conditions.NONE);
  }
}
