package io.tarn.s3;

import io.tarn.store.BucketName;
import io.tarn.store.Key;

/// A permission an operation needs: an IAM action on a bucket or on a key in it. Both names are
/// empty for what concerns no bucket.
public record Demand(String action, String bucket, String key) {
  static Demand onService(String action) {
    return new Demand(action, "", "");
  }

  static Demand on(String action, BucketName bucket) {
    return new Demand(action, bucket.text(), "");
  }

  static Demand on(String action, BucketName bucket, Key key) {
    return new Demand(action, bucket.text(), key.text());
  }
}
