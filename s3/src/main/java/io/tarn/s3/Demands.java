package io.tarn.s3;

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
      case S3Operation.ListBuckets _ -> List.of(Demand.onService("s3:ListAllMyBuckets"));
      case S3Operation.OnObject onObject -> ofObject(onObject);
      case S3Operation.CreateBucket create when create.acl().shares() ->
          List.of(
              Demand.on("s3:CreateBucket", create.bucket()),
              Demand.on("s3:PutBucketAcl", create.bucket()));
      case S3Operation.OnBucket onBucket ->
          List.of(Demand.on(bucketAction(onBucket), onBucket.bucket()));
    };
  }

  private static String bucketAction(S3Operation.OnBucket operation) {
    return switch (operation) {
      case S3Operation.CreateBucket _ -> "s3:CreateBucket";
      case S3Operation.HeadBucket _ -> "s3:ListBucket";
      case S3Operation.DeleteBucket _ -> "s3:DeleteBucket";
      case S3Operation.GetBucketAcl _ -> "s3:GetBucketAcl";
      case S3Operation.PutBucketAcl _ -> "s3:PutBucketAcl";
      case S3Operation.GetBucketLocation _ -> "s3:GetBucketLocation";
      case S3Operation.GetBucketVersioning _ -> "s3:GetBucketVersioning";
      case S3Operation.PutBucketVersioning _ -> "s3:PutBucketVersioning";
      case S3Operation.GetBucketTagging _ -> "s3:GetBucketTagging";
      case S3Operation.PutBucketTagging _, S3Operation.DeleteBucketTagging _ ->
          "s3:PutBucketTagging";
      case S3Operation.GetBucketPolicy _ -> "s3:GetBucketPolicy";
      case S3Operation.PutBucketPolicy _ -> "s3:PutBucketPolicy";
      case S3Operation.DeleteBucketPolicy _ -> "s3:DeleteBucketPolicy";
      case S3Operation.GetBucketPolicyStatus _ -> "s3:GetBucketPolicyStatus";
      case S3Operation.GetBucketConfiguration get -> get.configuration().action();
      case S3Operation.ListObjects _, S3Operation.ListObjectsV2 _ -> "s3:ListBucket";
      case S3Operation.ListObjectVersions _ -> "s3:ListBucketVersions";
      case S3Operation.ListMultipartUploads _ -> "s3:ListBucketMultipartUploads";
      case S3Operation.DeleteObjects _, S3Operation.OnObject _ ->
          throw new IllegalStateException(operation.route().text() + " asks key by key");
    };
  }

  private static List<Demand> ofObject(S3Operation.OnObject operation) {
    return switch (operation) {
      case S3Operation.GetObject get -> List.of(read(get, get.reading().version()));
      case S3Operation.HeadObject head -> List.of(read(head, head.reading().version()));
      case S3Operation.GetObjectAttributes get ->
          List.of(read(get, get.version()), on(get, get.version(), "Get", "Attributes"));
      case S3Operation.PutObject put -> ofWrite(put, put.writing());
      case S3Operation.DeleteObject delete -> ofDelete(delete);
      case S3Operation.CopyObject copy -> withSource(copy.source(), ofWrite(copy, copy.writing()));
      case S3Operation.GetObjectAcl get -> List.of(on(get, get.version(), "Get", "Acl"));
      case S3Operation.PutObjectAcl put -> List.of(on(put, put.version(), "Put", "Acl"));
      case S3Operation.GetObjectTagging get -> List.of(on(get, get.version(), "Get", "Tagging"));
      case S3Operation.PutObjectTagging put -> List.of(on(put, put.version(), "Put", "Tagging"));
      case S3Operation.DeleteObjectTagging delete ->
          List.of(on(delete, delete.version(), "Delete", "Tagging"));
      case S3Operation.CreateMultipartUpload create -> ofWrite(create, create.writing());
      case S3Operation.UploadPart _ -> List.of(on(operation, "s3:PutObject"));
      case S3Operation.CompleteMultipartUpload complete ->
          withCondition(complete, complete.conditions(), List.of(on(complete, "s3:PutObject")));
      case S3Operation.UploadPartCopy copy ->
          withSource(copy.source(), List.of(on(copy, "s3:PutObject")));
      case S3Operation.AbortMultipartUpload _ -> List.of(on(operation, "s3:AbortMultipartUpload"));
      case S3Operation.ListParts _ -> List.of(on(operation, "s3:ListMultipartUploadParts"));
    };
  }

  private static Demand on(S3Operation.OnObject operation, String action) {
    return Demand.on(action, operation.bucket(), operation.key());
  }

  /// What is done to a version that is named has an action of its own.
  private static Demand on(
      S3Operation.OnObject operation, Version version, String verb, String what) {
    String action = "s3:" + verb + (version.isLatest() ? "Object" : "ObjectVersion") + what;
    return Demand.on(action, operation.bucket(), operation.key(), version);
  }

  private static Demand read(S3Operation.OnObject operation, Version version) {
    return Demand.toRead(operation.bucket(), operation.key(), version);
  }

  private static List<Demand> ofWrite(S3Operation.OnObject operation, Writing writing) {
    Demand put = on(operation, "s3:PutObject");
    boolean tags = !writing.tags().values().isEmpty();
    boolean shares = writing.acl().shares();
    if (!tags && !shares) return withCondition(operation, writing.conditions(), List.of(put));
    var all = new ArrayList<Demand>(3);
    all.add(put);
    if (tags) all.add(on(operation, "s3:PutObjectTagging"));
    if (shares) all.add(on(operation, "s3:PutObjectAcl"));
    return withCondition(operation, writing.conditions(), all);
  }

  private static List<Demand> ofDelete(S3Operation.DeleteObject delete) {
    Version version = delete.version();
    List<Demand> deletes = List.of(on(delete, version, "Delete", ""));
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
