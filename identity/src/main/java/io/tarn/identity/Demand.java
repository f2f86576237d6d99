package io.tarn.identity;

import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.Version;

/// A permission that is asked for: an action, and what it is to be taken on. Whose that is, and
/// what its owner decided about others, is in the [Rules] it is decided by.
public sealed interface Demand {
  Action action();

  /// What follows `arn:aws:s3:::` in an ARN: `bucket`, `bucket/key`, or nothing for a tenant.
  String resource();

  /// On a tenant as a whole: listing buckets, and what the console does.
  record OnTenant(Action action) implements Demand {
    @Override
    public String resource() {
      return "";
    }
  }

  /// On a bucket, which may not exist yet.
  record OnBucket(Action action, BucketName bucket) implements Demand {
    @Override
    public String resource() {
      return bucket.text();
    }
  }

  /// On an object that is there, or in its place, in the version that is then acted on:
  /// [Version#LATEST] where none is named.
  record OnObject(Action action, BucketName bucket, Key key, Version version) implements Demand {
    @Override
    public String resource() {
      return bucket.text() + '/' + key.text();
    }
  }

  /// On what is being made under a key, whatever is there now: it is its writer's to share.
  record OnNewObject(Action action, BucketName bucket, Key key) implements Demand {
    @Override
    public String resource() {
      return bucket.text() + '/' + key.text();
    }
  }

  /// An action on a version of an object. One that is named may have an action of its own.
  static Demand on(Action action, BucketName bucket, Key key, Version version) {
    return new OnObject(action.on(version), bucket, key, version);
  }

  /// To read a version of an object.
  static Demand toRead(BucketName bucket, Key key, Version version) {
    return on(Action.GET_OBJECT, bucket, key, version);
  }
}
