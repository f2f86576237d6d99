package io.tarn.identity;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.TenantId;

/// What a caller wants: an action on a resource of an owner. `resource` is what follows
/// `arn:aws:s3:::` in an ARN: `bucket`, `bucket/key`, or nothing for an action on a tenant.
public record Demand(Action action, String bucket, String key, TenantId owner) {
  public static Demand onBucket(Action action, Bucket bucket) {
    return new Demand(action, bucket.name().text(), "", bucket.owner());
  }

  public static Demand onObject(Action action, Bucket bucket, Key key) {
    return new Demand(action, bucket.name().text(), key.text(), bucket.owner());
  }

  /// An action on a bucket that does not exist yet: it is asked of the caller's own tenant.
  public static Demand toCreate(BucketName bucket, Caller caller) {
    return new Demand(Action.CREATE_BUCKET, bucket.text(), "", caller.tenant());
  }

  /// An action on a tenant as a whole: listing buckets, and what the console does.
  public static Demand onTenant(Action action, TenantId tenant) {
    return new Demand(action, "", "", tenant);
  }

  String resource() {
    return key.isEmpty() ? bucket : bucket + '/' + key;
  }
}
