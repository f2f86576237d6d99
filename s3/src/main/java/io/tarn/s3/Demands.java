package io.tarn.s3;

import io.tarn.identity.Action;
import io.tarn.identity.Demand;
import io.tarn.store.Conditions;
import io.tarn.store.Version;
import java.util.ArrayList;
import java.util.List;

/// Which permissions each operation needs ("Actions defined by Amazon S3" in the service
/// authorization reference).
final class Demands {
  private Demands() {}

  static List<Demand> of(S3Operation operation) {
    return switch (operation) {
      case S3Operation.Unsupported _, S3Operation.DeleteObjects _ -> List.of();
      case S3Operation.ListBuckets _ -> List.of(new Demand.OnTenant(Action.LIST_ALL_MY_BUCKETS));
      case S3Operation.OnObject onObject -> ofObject(onObject);
      case S3Operation.CreateBucket create when create.acl().shares() ->
          List.of(
              new Demand.OnBucket(Action.CREATE_BUCKET, create.bucket()),
              new Demand.OnBucket(Action.PUT_BUCKET_ACL, create.bucket()));
      case S3Operation.OnBucket onBucket ->
          List.of(new Demand.OnBucket(bucketAction(onBucket), onBucket.bucket()));
    };
  }

  private static Action bucketAction(S3Operation.OnBucket operation) {
    return switch (operation) {
      case S3Operation.CreateBucket _ -> Action.CREATE_BUCKET;
      case S3Operation.HeadBucket _ -> Action.LIST_BUCKET;
      case S3Operation.DeleteBucket _ -> Action.DELETE_BUCKET;
      case S3Operation.GetBucketAcl _ -> Action.GET_BUCKET_ACL;
      case S3Operation.PutBucketAcl _ -> Action.PUT_BUCKET_ACL;
      case S3Operation.GetBucketLocation _ -> Action.GET_BUCKET_LOCATION;
      case S3Operation.GetBucketVersioning _ -> Action.GET_BUCKET_VERSIONING;
      case S3Operation.PutBucketVersioning _ -> Action.PUT_BUCKET_VERSIONING;
      case S3Operation.GetBucketTagging _ -> Action.GET_BUCKET_TAGGING;
      case S3Operation.PutBucketTagging _, S3Operation.DeleteBucketTagging _ ->
          Action.PUT_BUCKET_TAGGING;
      case S3Operation.GetBucketPolicy _ -> Action.GET_BUCKET_POLICY;
      case S3Operation.PutBucketPolicy _ -> Action.PUT_BUCKET_POLICY;
      case S3Operation.DeleteBucketPolicy _ -> Action.DELETE_BUCKET_POLICY;
      case S3Operation.GetBucketPolicyStatus _ -> Action.GET_BUCKET_POLICY_STATUS;
      case S3Operation.GetBucketConfiguration get -> get.configuration().action();
      case S3Operation.ListObjects _, S3Operation.ListObjectsV2 _ -> Action.LIST_BUCKET;
      case S3Operation.ListObjectVersions _ -> Action.LIST_BUCKET_VERSIONS;
      case S3Operation.ListMultipartUploads _ -> Action.LIST_BUCKET_MULTIPART_UPLOADS;
      case S3Operation.DeleteObjects _, S3Operation.OnObject _ ->
          throw new IllegalStateException(operation.route().text() + " asks key by key");
    };
  }

  private static List<Demand> ofObject(S3Operation.OnObject operation) {
    return switch (operation) {
      case S3Operation.GetObject get -> List.of(read(get, get.reading().version()));
      case S3Operation.HeadObject head -> List.of(read(head, head.reading().version()));
      case S3Operation.GetObjectAttributes get ->
          List.of(read(get, get.version()), on(get, get.version(), Action.GET_OBJECT_ATTRIBUTES));
      case S3Operation.PutObject put -> ofWrite(put, put.writing());
      case S3Operation.DeleteObject delete -> ofDelete(delete);
      case S3Operation.CopyObject copy -> withSource(copy.source(), ofWrite(copy, copy.writing()));
      case S3Operation.GetObjectAcl get -> List.of(on(get, get.version(), Action.GET_OBJECT_ACL));
      case S3Operation.PutObjectAcl put -> List.of(on(put, put.version(), Action.PUT_OBJECT_ACL));
      case S3Operation.GetObjectTagging get ->
          List.of(on(get, get.version(), Action.GET_OBJECT_TAGGING));
      case S3Operation.PutObjectTagging put ->
          List.of(on(put, put.version(), Action.PUT_OBJECT_TAGGING));
      case S3Operation.DeleteObjectTagging delete ->
          List.of(on(delete, delete.version(), Action.DELETE_OBJECT_TAGGING));
      case S3Operation.CreateMultipartUpload create -> ofWrite(create, create.writing());
      case S3Operation.UploadPart _ -> List.of(on(operation, Action.PUT_OBJECT));
      case S3Operation.CompleteMultipartUpload complete ->
          withCondition(complete, complete.conditions(), List.of(on(complete, Action.PUT_OBJECT)));
      case S3Operation.UploadPartCopy copy ->
          withSource(copy.source(), List.of(on(copy, Action.PUT_OBJECT)));
      case S3Operation.AbortMultipartUpload _ ->
          List.of(on(operation, Action.ABORT_MULTIPART_UPLOAD));
      case S3Operation.ListParts _ -> List.of(on(operation, Action.LIST_MULTIPART_UPLOAD_PARTS));
    };
  }

  private static Demand on(S3Operation.OnObject operation, Action action) {
    return on(operation, Version.LATEST, action);
  }

  private static Demand on(S3Operation.OnObject operation, Version version, Action action) {
    return Demand.on(action, operation.bucket(), operation.key(), version);
  }

  private static Demand read(S3Operation.OnObject operation, Version version) {
    return Demand.toRead(operation.bucket(), operation.key(), version);
  }

  private static List<Demand> ofWrite(S3Operation.OnObject operation, Writing writing) {
    Demand put = on(operation, Action.PUT_OBJECT);
    boolean tags = !writing.tags().values().isEmpty();
    boolean shares = writing.acl().shares();
    if (!tags && !shares) return withCondition(operation, writing.conditions(), List.of(put));
    var all = new ArrayList<Demand>(3);
    all.add(put);
    if (tags) all.add(on(operation, Action.PUT_OBJECT_TAGGING));
    if (shares)
      all.add(new Demand.OnNewObject(Action.PUT_OBJECT_ACL, operation.bucket(), operation.key()));
    return withCondition(operation, writing.conditions(), all);
  }

  private static List<Demand> ofDelete(S3Operation.DeleteObject delete) {
    Version version = delete.version();
    List<Demand> deletes = List.of(on(delete, version, Action.DELETE_OBJECT));
    if (!delete.conditions().lookInside()) return deletes;
    return List.of(deletes.getFirst(), read(delete, version));
  }

  /// Whoever writes on condition that the object is a certain one learns whether it is.
  private static List<Demand> withCondition(
      S3Operation.OnObject operation, Conditions conditions, List<Demand> others) {
    if (!conditions.lookInside()) return List.copyOf(others);
    var all = new ArrayList<Demand>(others);
    all.add(read(operation, Version.LATEST));
    return List.copyOf(all);
  }

  private static List<Demand> withSource(CopySource source, List<Demand> ofTarget) {
    var all = new ArrayList<Demand>(ofTarget.size() + 1);
    all.add(Demand.toRead(source.bucket(), source.key(), source.version()));
    all.addAll(ofTarget);
    return List.copyOf(all);
  }
}
