package io.tarn.s3;

import io.tarn.identity.Demand;
import io.tarn.store.BucketName;
import io.tarn.store.ByteRange;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.UploadId;
import io.tarn.store.Version;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request asks for: a closed set, each case with its arguments parsed. A document in the
/// body is read later, when the caller is known and may send one.
public sealed interface S3Operation {
  /// The name, effect and body of this kind of operation.
  Route route();

  /// The permissions it needs, all of them. Those of [DeleteObjects] depend on its body and are
  /// asked key by key; [Unsupported] needs none, for it does nothing.
  default List<Demand> demands() {
    return Demands.of(this);
  }

  /// What must hold of the object it reads or writes, of a copy's target; the store decides.
  default Conditions conditions() {
    return Conditions.NONE;
  }

  /// An operation on a bucket or on something in it.
  sealed interface OnBucket extends S3Operation {
    BucketName bucket();
  }

  /// An operation on a key.
  sealed interface OnObject extends OnBucket {
    Key key();
  }

  /// Something the API reference names and this server does not do.
  record Unsupported(String name) implements S3Operation {
    @Override
    public Route route() {
      return Route.UNSUPPORTED;
    }
  }

  /// `limit` is 0 when the client did not ask for pages. `region` is empty for all.
  record ListBuckets(String prefix, String token, int limit, String region) implements S3Operation {
    @Override
    public Route route() {
      return Route.LIST_BUCKETS;
    }
  }

  /// `ownership` says whose the objects in it will be.
  record CreateBucket(BucketName bucket, AclRequest acl, Ownership ownership) implements OnBucket {
    @Override
    public Route route() {
      return Route.CREATE_BUCKET;
    }
  }

  record HeadBucket(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.HEAD_BUCKET;
    }
  }

  record DeleteBucket(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.DELETE_BUCKET;
    }
  }

  record GetBucketAcl(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.GET_BUCKET_ACL;
    }
  }

  /// `acl` is unsaid when it is in the body.
  record PutBucketAcl(BucketName bucket, AclRequest acl) implements OnBucket {
    @Override
    public Route route() {
      return Route.PUT_BUCKET_ACL;
    }
  }

  record GetBucketLocation(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.GET_BUCKET_LOCATION;
    }
  }

  record GetBucketVersioning(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.GET_BUCKET_VERSIONING;
    }
  }

  record PutBucketVersioning(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.PUT_BUCKET_VERSIONING;
    }
  }

  record GetBucketTagging(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.GET_BUCKET_TAGGING;
    }
  }

  record PutBucketTagging(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.PUT_BUCKET_TAGGING;
    }
  }

  record DeleteBucketTagging(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.DELETE_BUCKET_TAGGING;
    }
  }

  record GetBucketPolicy(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.GET_BUCKET_POLICY;
    }
  }

  record PutBucketPolicy(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.PUT_BUCKET_POLICY;
    }
  }

  record DeleteBucketPolicy(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.DELETE_BUCKET_POLICY;
    }
  }

  record GetBucketPolicyStatus(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.GET_BUCKET_POLICY_STATUS;
    }
  }

  /// A configuration that cannot be set here, or all of its kind.
  record GetBucketConfiguration(BucketName bucket, BucketConfiguration configuration, boolean all)
      implements OnBucket {
    @Override
    public Route route() {
      return configuration.route(all);
    }
  }

  record ListObjects(BucketName bucket, PageRequest page, String marker) implements OnBucket {
    @Override
    public Route route() {
      return Route.LIST_OBJECTS;
    }
  }

  /// `startAfter` and `token` are null when they did not come: both are echoed when they did.
  record ListObjectsV2(
      BucketName bucket,
      PageRequest page,
      @Nullable String startAfter,
      @Nullable String token,
      boolean owners)
      implements OnBucket {
    @Override
    public Route route() {
      return Route.LIST_OBJECTS_V2;
    }
  }

  /// `versionMarker` is [Version#LATEST] when it did not come.
  record ListObjectVersions(
      BucketName bucket, PageRequest page, String keyMarker, Version versionMarker)
      implements OnBucket {
    @Override
    public Route route() {
      return Route.LIST_OBJECT_VERSIONS;
    }
  }

  record ListMultipartUploads(
      BucketName bucket, PageRequest page, String keyMarker, String uploadMarker)
      implements OnBucket {
    @Override
    public Route route() {
      return Route.LIST_MULTIPART_UPLOADS;
    }
  }

  /// Up to 1,000 keys, named in the body; each needs what [DeleteObject] does.
  record DeleteObjects(BucketName bucket) implements OnBucket {
    @Override
    public Route route() {
      return Route.DELETE_OBJECTS;
    }
  }

  record GetObject(BucketName bucket, Key key, ReadRequest reading) implements OnObject {
    @Override
    public Conditions conditions() {
      return reading.conditions();
    }

    @Override
    public Route route() {
      return Route.GET_OBJECT;
    }
  }

  record HeadObject(BucketName bucket, Key key, ReadRequest reading) implements OnObject {
    @Override
    public Conditions conditions() {
      return reading.conditions();
    }

    @Override
    public Route route() {
      return Route.HEAD_OBJECT;
    }
  }

  record PutObject(BucketName bucket, Key key, Writing writing) implements OnObject {
    @Override
    public Conditions conditions() {
      return writing.conditions();
    }

    @Override
    public Route route() {
      return Route.PUT_OBJECT;
    }
  }

  record DeleteObject(BucketName bucket, Key key, Version version, Conditions conditions)
      implements OnObject {
    @Override
    public Route route() {
      return Route.DELETE_OBJECT;
    }
  }

  record CopyObject(BucketName bucket, Key key, CopySource source, Writing writing, CopyRules rules)
      implements OnObject {
    @Override
    public Conditions conditions() {
      return writing.conditions();
    }

    @Override
    public Route route() {
      return Route.COPY_OBJECT;
    }
  }

  record GetObjectAcl(BucketName bucket, Key key, Version version) implements OnObject {
    @Override
    public Route route() {
      return Route.GET_OBJECT_ACL;
    }
  }

  /// As [PutBucketAcl].
  record PutObjectAcl(BucketName bucket, Key key, Version version, AclRequest acl)
      implements OnObject {
    @Override
    public Route route() {
      return Route.PUT_OBJECT_ACL;
    }
  }

  record GetObjectAttributes(
      BucketName bucket, Key key, Version version, Set<ObjectAttribute> attributes, PartsPage parts)
      implements OnObject {
    public GetObjectAttributes {
      attributes = Set.copyOf(attributes);
    }

    @Override
    public Route route() {
      return Route.GET_OBJECT_ATTRIBUTES;
    }
  }

  record GetObjectTagging(BucketName bucket, Key key, Version version) implements OnObject {
    @Override
    public Route route() {
      return Route.GET_OBJECT_TAGGING;
    }
  }

  record PutObjectTagging(BucketName bucket, Key key, Version version) implements OnObject {
    @Override
    public Route route() {
      return Route.PUT_OBJECT_TAGGING;
    }
  }

  record DeleteObjectTagging(BucketName bucket, Key key, Version version) implements OnObject {
    @Override
    public Route route() {
      return Route.DELETE_OBJECT_TAGGING;
    }
  }

  /// `checksum` is what the parts will carry, null for none.
  record CreateMultipartUpload(
      BucketName bucket,
      Key key,
      Writing writing,
      @Nullable ChecksumAlgorithm checksum,
      ChecksumType checksumType)
      implements OnObject {
    @Override
    public Route route() {
      return Route.CREATE_MULTIPART_UPLOAD;
    }
  }

  record UploadPart(BucketName bucket, Key key, UploadId upload, int number) implements OnObject {
    @Override
    public Route route() {
      return Route.UPLOAD_PART;
    }
  }

  /// `range` is null for the whole source.
  record UploadPartCopy(
      BucketName bucket,
      Key key,
      UploadId upload,
      int number,
      CopySource source,
      @Nullable ByteRange range)
      implements OnObject {
    @Override
    public Route route() {
      return Route.UPLOAD_PART_COPY;
    }
  }

  record CompleteMultipartUpload(
      BucketName bucket,
      Key key,
      UploadId upload,
      Conditions conditions,
      CompleteUpload.Expected expected)
      implements OnObject {
    @Override
    public Route route() {
      return Route.COMPLETE_MULTIPART_UPLOAD;
    }
  }

  record AbortMultipartUpload(BucketName bucket, Key key, UploadId upload) implements OnObject {
    @Override
    public Route route() {
      return Route.ABORT_MULTIPART_UPLOAD;
    }
  }

  record ListParts(BucketName bucket, Key key, UploadId upload, PartsPage page)
      implements OnObject {
    @Override
    public Route route() {
      return Route.LIST_PARTS;
    }
  }

  /// Which parts: those after number `after`, at most `limit` of them (0 to 1,000).
  record PartsPage(int after, int limit) {}

  /// What of the source a copy keeps. `checksum` asks for one of the copy; null keeps the source's
  /// algorithm.
  record CopyRules(boolean keepMetadata, boolean keepTags, @Nullable ChecksumAlgorithm checksum) {}

  /// What [GetObjectAttributes] can tell.
  enum ObjectAttribute {
    ETAG("ETag"),
    CHECKSUM("Checksum"),
    OBJECT_PARTS("ObjectParts"),
    STORAGE_CLASS("StorageClass"),
    OBJECT_SIZE("ObjectSize");

    private final String text;

    ObjectAttribute(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
