package io.tarn.store;

/// Which object to read, and on what conditions.
public record Read(Bucket bucket, Key key, Version version, Conditions conditions) {
  public Read(Bucket bucket, Key key) {
    this(bucket, key, Version.LATEST, Conditions.NONE);
  }
}
