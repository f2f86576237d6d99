package io.tarn.s3;

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
      case S3Operation.ListObjects _, S3Operation.ListObjectsV2 _ -> "s3:ListBucket";
      case S3Operation.ListObjectVersions _ -> "s3:ListBucketVersions";
      case S3Operation.ListMultipartUploads _ -> "s3:ListBucketMultipartUploads";
      case S3Operation.DeleteObjects _, S3Operation.OnObject _ ->
          throw new IllegalStateException(operation.route().text() + " asks key by key");
    };
  }

  private static List<Demand> ofObject(S3Operation.OnObject operation) {
    return switch (operation) {
      case S3Operation.GetObject get -> ofRead(get, get.reading().version());
      case S3Operation.HeadObject head -> ofRead(head, head.reading().version());
      case S3Operation.GetObjectAttributes get ->
          List.of(
              ofRead(get, get.version()).getFirst(),
              on(
                  get,
                  pick(get.version(), "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")));
      case S3Operation.PutObject put -> ofWrite(put, put.writing());
      case S3Operation.DeleteObject delete ->
          List.of(on(delete, pick(delete.version(), "s3:DeleteObject", "s3:DeleteObjectVersion")));
      case S3Operation.CopyObject copy -> withSource(copy.source(), ofWrite(copy, copy.writing()));
      case S3Operation.GetObjectAcl get ->
          List.of(on(get, pick(get.version(), "s3:GetObjectAcl", "s3:GetObjectVersionAcl")));
      case S3Operation.PutObjectAcl put ->
          List.of(on(put, pick(put.version(), "s3:PutObjectAcl", "s3:PutObjectVersionAcl")));
      case S3Operation.GetObjectTagging get ->
          List.of(
              on(get, pick(get.version(), "s3:GetObjectTagging", "s3:GetObjectVersionTagging")));
      case S3Operation.PutObjectTagging put ->
          List.of(
              on(put, pick(put.version(), "s3:PutObjectTagging", "s3:PutObjectVersionTagging")));
      case S3Operation.DeleteObjectTagging delete ->
          List.of(
              on(
                  delete,
                  pick(
                      delete.version(),
                      "s3:DeleteObjectTagging",
                      "s3:DeleteObjectVersionTagging")));
      case S3Operation.CreateMultipartUpload create -> ofWrite(create, create.writing());
      case S3Operation.UploadPart _, S3Operation.CompleteMultipartUpload _ ->
          List.of(on(operation, "s3:PutObject"));
      case S3Operation.UploadPartCopy copy ->
          withSource(copy.source(), List.of(on(copy, "s3:PutObject")));
      case S3Operation.AbortMultipartUpload _ -> List.of(on(operation, "s3:AbortMultipartUpload"));
      case S3Operation.ListParts _ -> List.of(on(operation, "s3:ListMultipartUploadParts"));
    };
  }

  private static Demand on(S3Operation.OnObject operation, String action) {
    return Demand.on(action, operation.bucket(), operation.key());
  }

  private static String pick(Version version, String plain, String versioned) {
    return version.isLatest() ? plain : versioned;
  }

  private static List<Demand> ofRead(S3Operation.OnObject operation, Version version) {
    return List.of(on(operation, pick(version, "s3:GetObject", "s3:GetObjectVersion")));
  }

  private static List<Demand> ofWrite(S3Operation.OnObject operation, Writing writing) {
    Demand put = on(operation, "s3:PutObject");
    boolean tags = !writing.tags().values().isEmpty();
    boolean shares = writing.acl().shares();
    if (!tags && !shares) return List.of(put);
    var all = new ArrayList<Demand>(3);
    all.add(put);
    if (tags) all.add(on(operation, "s3:PutObjectTagging"));
    if (shares) all.add(on(operation, "s3:PutObjectAcl"));
    return List.copyOf(all);
  }

  private static List<Demand> withSource(CopySource source, List<Demand> ofTarget) {
    var all = new ArrayList<Demand>(ofTarget.size() + 1);
    all.add(
        Demand.on(
            pick(source.version(), "s3:GetObject", "s3:GetObjectVersion"),
            source.bucket(),
            source.key()));
    all.addAll(ofTarget);
    return List.copyOf(all);
  }
}
