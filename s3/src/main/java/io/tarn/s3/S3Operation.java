package io.tarn.s3;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.identity.Action;
import io.tarn.identity.Demand;
import io.tarn.store.BucketName;
import io.tarn.store.ByteRange;
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
/// body is read later, when the caller is known and may send one. Each case says itself what it is
/// about; where it stands in the table of operations is in [Route].
public sealed interface S3Operation {
  /// Something the API reference names and this server does not do.
  record Unsupported(String name) implements S3Operation {}

  /// What this server does.
  sealed interface Served extends S3Operation {
    /// Its row of the table: name, class of work, body, action.
    default Route route() {
      return Route.of(this);
    }

    /// The permissions it needs, all of them; what a copy needs of its source is
    /// [CopySource#demand].
    List<Demand> demands();
  }

  /// An operation on the caller's own tenant, where the bucket it names, if any, may not exist yet.
  sealed interface OnTenant extends Served {}

  /// An operation in a bucket that exists.
  sealed interface InBucket extends Served {
    BucketName bucket();
  }

  /// An operation on a bucket as a whole.
  sealed interface OnBucket extends InBucket {
    @Override
    default List<Demand> demands() {
      return List.of(new Demand.OnBucket(route().action(), bucket()));
    }
  }

  /// An operation on a key.
  sealed interface OnObject extends InBucket {
    Key key();

    /// The version that is acted on, [Version#LATEST] where none is named, and for what takes its
    /// place.
    Version version();

    /// What must hold of the object it reads or replaces; the store decides.
    Conditions conditions();

    @Override
    default List<Demand> demands() {
      return List.of(Demand.on(route().action(), bucket(), key(), version()));
    }
  }

  /// An operation that reads an object.
  sealed interface ReadsObject extends OnObject {
    ReadRequest reading();

    @Override
    default Version version() {
      return reading().version();
    }

    @Override
    default Conditions conditions() {
      return reading().conditions();
    }
  }

  /// An operation that makes an object, or begins to.
  sealed interface MakesObject extends OnObject {
    Writing writing();

    @Override
    default Version version() {
      return Version.LATEST;
    }

    @Override
    default Conditions conditions() {
      return writing().conditions();
    }

    @Override
    default List<Demand> demands() {
      return Demands.toMake(this);
    }
  }

  /// An operation on what is said of a version, whatever its content is.
  sealed interface OnVersion extends OnObject {
    @Override
    default Conditions conditions() {
      return Conditions.NONE;
    }
  }

  /// An operation on an upload, which is no version of the object yet.
  sealed interface OnUpload extends OnObject {
    UploadId upload();

    @Override
    default Version version() {
      return Version.LATEST;
    }
  }

  /// An operation on the parts of an upload; the object under its key has no say.
  sealed interface OnParts extends OnUpload {
    @Override
    default Conditions conditions() {
      return Conditions.NONE;
    }
  }

  /// `limit` is 0 when the client did not ask for pages. `region` is empty for all.
  record ListBuckets(String prefix, String token, int limit, String region) implements OnTenant {
    @Override
    public List<Demand> demands() {
      return List.of(new Demand.OnTenant(route().action()));
    }
  }

  /// `ownership` says whose the objects in it will be.
  record CreateBucket(BucketName bucket, AclRequest acl, Ownership ownership) implements OnTenant {
    @Override
    public List<Demand> demands() {
      Demand create = new Demand.OnBucket(route().action(), bucket);
      if (!acl.shares()) return List.of(create);
      return List.of(create, new Demand.OnBucket(Action.PUT_BUCKET_ACL, bucket));
    }
  }

  record HeadBucket(BucketName bucket) implements OnBucket {}

  record DeleteBucket(BucketName bucket) implements OnBucket {}

  record GetBucketAcl(BucketName bucket) implements OnBucket {}

  /// `acl` is unsaid when it is in the body.
  record PutBucketAcl(BucketName bucket, AclRequest acl) implements OnBucket {}

  record GetBucketLocation(BucketName bucket) implements OnBucket {}

  record GetBucketVersioning(BucketName bucket) implements OnBucket {}

  record PutBucketVersioning(BucketName bucket) implements OnBucket {}

  record GetBucketTagging(BucketName bucket) implements OnBucket {}

  record PutBucketTagging(BucketName bucket) implements OnBucket {}

  record DeleteBucketTagging(BucketName bucket) implements OnBucket {}

  record GetBucketPolicy(BucketName bucket) implements OnBucket {}

  record PutBucketPolicy(BucketName bucket) implements OnBucket {}

  record DeleteBucketPolicy(BucketName bucket) implements OnBucket {}

  record GetBucketPolicyStatus(BucketName bucket) implements OnBucket {}

  /// A configuration that cannot be set here, or all of its kind.
  record GetBucketConfiguration(BucketName bucket, BucketConfiguration configuration, boolean all)
      implements OnBucket {}

  record ListObjects(BucketName bucket, PageRequest page, String marker) implements OnBucket {}

  /// `startAfter` and `token` are null when they did not come: both are echoed when they did.
  record ListObjectsV2(
      BucketName bucket,
      PageRequest page,
      @Nullable String startAfter,
      @Nullable String token,
      boolean owners)
      implements OnBucket {}

  /// `versionMarker` is [Version#LATEST] when it did not come.
  record ListObjectVersions(
      BucketName bucket, PageRequest page, String keyMarker, Version versionMarker)
      implements OnBucket {}

  record ListMultipartUploads(
      BucketName bucket, PageRequest page, String keyMarker, String uploadMarker)
      implements OnBucket {}

  /// Up to 1,000 keys, named in the body; each needs what [DeleteObject] does, and the request
  /// nothing besides.
  record DeleteObjects(BucketName bucket) implements OnBucket {
    @Override
    public List<Demand> demands() {
      return List.of();
    }
  }

  record GetObject(BucketName bucket, Key key, ReadRequest reading) implements ReadsObject {}

  record HeadObject(BucketName bucket, Key key, ReadRequest reading) implements ReadsObject {}

  record PutObject(BucketName bucket, Key key, Writing writing) implements MakesObject {}

  record DeleteObject(BucketName bucket, Key key, Version version, Conditions conditions)
      implements OnObject {
    @Override
    public List<Demand> demands() {
      return Demands.withConditions(this, OnObject.super.demands());
    }
  }

  record CopyObject(BucketName bucket, Key key, CopySource source, Writing writing, CopyRules rules)
      implements MakesObject {
    /// What it needs as well where tags of the source come along and it has some.
    public Demand demandOfTags() {
      return Demand.on(Action.PUT_OBJECT_TAGGING, bucket, key, version());
    }
  }

  record GetObjectAcl(BucketName bucket, Key key, Version version) implements OnVersion {}

  /// As [PutBucketAcl].
  record PutObjectAcl(BucketName bucket, Key key, Version version, AclRequest acl)
      implements OnVersion {}

  record GetObjectAttributes(
      BucketName bucket, Key key, Version version, Set<ObjectAttribute> attributes, PartsPage parts)
      implements OnVersion {
    public GetObjectAttributes {
      attributes = Set.copyOf(attributes);
    }

    @Override
    public List<Demand> demands() {
      return List.of(
          Demand.toRead(bucket, key, version), Demand.on(route().action(), bucket, key, version));
    }
  }

  record GetObjectTagging(BucketName bucket, Key key, Version version) implements OnVersion {}

  record PutObjectTagging(BucketName bucket, Key key, Version version) implements OnVersion {}

  record DeleteObjectTagging(BucketName bucket, Key key, Version version) implements OnVersion {}

  /// `checksum` is what the parts will carry, null for none.
  record CreateMultipartUpload(
      BucketName bucket,
      Key key,
      Writing writing,
      @Nullable ChecksumAlgorithm checksum,
      ChecksumType checksumType)
      implements MakesObject {}

  record UploadPart(BucketName bucket, Key key, UploadId upload, int number) implements OnParts {}

  /// `range` is null for the whole source.
  record UploadPartCopy(
      BucketName bucket,
      Key key,
      UploadId upload,
      int number,
      CopySource source,
      @Nullable ByteRange range)
      implements OnParts {}

  record CompleteMultipartUpload(
      BucketName bucket,
      Key key,
      UploadId upload,
      Conditions conditions,
      CompleteUpload.Expected expected)
      implements OnUpload {
    @Override
    public List<Demand> demands() {
      return Demands.withConditions(this, OnUpload.super.demands());
    }
  }

  record AbortMultipartUpload(BucketName bucket, Key key, UploadId upload) implements OnParts {}

  record ListParts(BucketName bucket, Key key, UploadId upload, PartsPage page)
      implements OnParts {}

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
