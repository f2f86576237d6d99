package io.tarn.identity;

import io.tarn.store.BucketName;

/// An IAM policy, understood: `2012-10-17` (or the older `2008-10-17`, without variables).
/// Immutable; parse once and share.
///
/// Reading is strict: an unknown element, operator, condition key or S3 action, a doubled key, a
/// document over the size or nesting limit is a [MalformedPolicy], never ignored.
public final class Policy {
  /// The limit of a bucket policy (20 KiB) and of an identity policy, in UTF-8 bytes.
  public static final int MAX_BYTES = 20 * 1024;

  /// No policy: says nothing, so allows nothing.
  public static final Policy NONE = new Policy();

  /// Allows everything; the ceiling of a key without one.
  public static final Policy EVERYTHING = new Policy();

  /// Stands for a policy that is stored but cannot be read: denies everything, because unreadable
  /// is never the same as absent.
  public static final Policy UNREADABLE = new Policy();

  private Policy() {}

  /// Reads the policy of a bucket: every statement names principals, and resources of this bucket
  /// only. Fails with [MalformedPolicy].
  public static Policy ofBucket(String json, BucketName bucket) {
    return UNREADABLE;
  }

  /// Reads a policy to attach to users under `name`: no principals. Fails with [MalformedPolicy].
  public static Policy ofIdentity(String json, String name) {
    return UNREADABLE;
  }
}
