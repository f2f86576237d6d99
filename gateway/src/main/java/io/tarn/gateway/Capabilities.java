package io.tarn.gateway;

import io.tarn.s3.AclRequest;
import io.tarn.s3.CopySource;
import io.tarn.s3.S3Operation;
import io.tarn.s3.Writing;
import io.tarn.store.Bucket;
import io.tarn.store.Capability;
import io.tarn.store.Conditions;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;

/// Whether the home of a bucket can do what an operation asks of it. Asked once the caller is
/// admitted and before the store or the body, so that what is refused costs no call and no byte.
///
/// Three things are decided where they come up: [Capability#PERMITS_BY_TAGS] by [Admission],
/// [Capability#SERVER_SIDE_COPY] by the store, which copies through here without it, and whether
/// the tags of a copy's source may come along, by [io.tarn.store.Copying]. Without
/// [Capability#ACLS] everything in a bucket is its owner's ([Grants#ownership]).
final class Capabilities {
  private Capabilities() {}

  /// @throws StoreFailure.Unsupported when the bucket's home cannot do it
  static void require(Bucket bucket, S3Operation.InBucket operation) {
    switch (operation) {
      case S3Operation.PutBucketVersioning _, S3Operation.ListObjectVersions _ ->
          bucket.require(Capability.VERSIONS);
      case S3Operation.ListMultipartUploads _ -> bucket.require(Capability.MULTIPART_UPLOADS);
      // What is asked of the keys of a document is asked of each of them.
      case S3Operation.HeadBucket _,
          S3Operation.DeleteBucket _,
          S3Operation.GetBucketAcl _,
          S3Operation.PutBucketAcl _,
          S3Operation.GetBucketLocation _,
          S3Operation.GetBucketVersioning _,
          S3Operation.GetBucketTagging _,
          S3Operation.PutBucketTagging _,
          S3Operation.DeleteBucketTagging _,
          S3Operation.GetBucketPolicy _,
          S3Operation.PutBucketPolicy _,
          S3Operation.DeleteBucketPolicy _,
          S3Operation.GetBucketPolicyStatus _,
          S3Operation.GetBucketConfiguration _,
          S3Operation.ListObjects _,
          S3Operation.ListObjectsV2 _,
          S3Operation.DeleteObjects _ -> {}
      case S3Operation.OnObject onObject -> ofObject(bucket, onObject);
    }
  }

  private static void ofObject(Bucket bucket, S3Operation.OnObject operation) {
    switch (operation) {
      case S3Operation.GetObject get -> requireVersion(bucket, get.reading().version());
      case S3Operation.HeadObject head -> requireVersion(bucket, head.reading().version());
      case S3Operation.GetObjectAttributes get -> requireVersion(bucket, get.version());
      case S3Operation.GetObjectAcl get -> requireVersion(bucket, get.version());
      case S3Operation.PutObjectAcl put -> {
        bucket.require(Capability.ACLS);
        requireVersion(bucket, put.version());
      }
      case S3Operation.GetObjectTagging get -> requireTags(bucket, get.version());
      case S3Operation.PutObjectTagging put -> requireTags(bucket, put.version());
      case S3Operation.DeleteObjectTagging delete -> requireTags(bucket, delete.version());
      case S3Operation.PutObject put -> requireWriting(bucket, put.writing());
      case S3Operation.CopyObject copy -> requireWriting(bucket, copy.writing());
      case S3Operation.DeleteObject delete -> {
        requireVersion(bucket, delete.version());
        if (delete.conditions().areSaid()) bucket.require(Capability.CONDITIONAL_DELETES);
      }
      case S3Operation.CreateMultipartUpload create -> {
        bucket.require(Capability.MULTIPART_UPLOADS);
        requireWriting(bucket, create.writing());
      }
      case S3Operation.CompleteMultipartUpload complete -> {
        bucket.require(Capability.MULTIPART_UPLOADS);
        requireConditions(bucket, complete.conditions());
      }
      case S3Operation.UploadPart _,
          S3Operation.UploadPartCopy _,
          S3Operation.AbortMultipartUpload _,
          S3Operation.ListParts _ ->
          bucket.require(Capability.MULTIPART_UPLOADS);
    }
  }

  /// @throws StoreFailure.Unsupported when the source of a copy has no versions, and one is named
  static void requireToCopy(Bucket bucket, CopySource source) {
    requireVersion(bucket, source.version());
  }

  private static void requireVersion(Bucket bucket, Version version) {
    boolean named = !version.isLatest() && !version.equals(Version.NULL);
    if (named) bucket.require(Capability.VERSIONS);
  }

  private static void requireTags(Bucket bucket, Version version) {
    bucket.require(Capability.TAGS);
    requireVersion(bucket, version);
  }

  private static void requireWriting(Bucket bucket, Writing writing) {
    requireConditions(bucket, writing.conditions());
    if (!writing.tags().values().isEmpty()) bucket.require(Capability.TAGS);
    boolean says =
        writing.acl().shares() && writing.acl() != AclRequest.Canned.BUCKET_OWNER_FULL_CONTROL;
    if (says) bucket.require(Capability.ACLS);
  }

  private static void requireConditions(Bucket bucket, Conditions conditions) {
    if (conditions.areSaid()) bucket.require(Capability.CONDITIONAL_WRITES);
  }
}
