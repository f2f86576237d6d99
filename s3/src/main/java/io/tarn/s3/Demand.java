package io.tarn.s3;

import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.Version;

/// A permission an operation needs: an IAM action on a bucket or on a key in it, in the version
/// that is then acted on ([Version#LATEST] where none is named). Both names are empty for what
/// concerns no bucket.
public record Demand(String action, String bucket, String key, Version version) {
  static Demand onService(String action) {
    return new Demand(action, "", "", Version.LATEST);
  }

  public static Demand on(String action, BucketName bucket) {
    return new Demand(action, bucket.text(), "", Version.LATEST);
  }

  static Demand on(String action, BucketName bucket, Key key) {
    return on(action, bucket, key, Version.LATEST);
  }

  public static Demand on(String action, BucketName bucket, Key key, Version version) {
    return new Demand(action, bucket.text(), key.text(), version);
  }

  /// To read a version of an object: one that is named has an action of its own.
  public static Demand toRead(BucketName bucket, Key key, Version version) {
    return on(version.isLatest() ? "s3:GetObject" : "s3:GetObjectVersion", bucket, key, version);
  }
}
