package io.tarn.s3;

import io.tarn.store.BucketName;
import io.tarn.store.Version;
import java.util.Locale;

/// The operations on a bucket.
final class BucketRoutes {
  private BucketRoutes() {}

  static S3Operation parse(S3Request request, BucketName bucket, Subresource subresource) {
    return switch (request.method()) {
      case "GET" -> get(request.query(), bucket, subresource);
      case "HEAD" -> {
        if (subresource != Subresource.NONE) throw S3Router.notAllowed();
        yield new S3Operation.HeadBucket(bucket);
      }
      case "PUT" -> put(request, bucket, subresource);
      case "DELETE" -> delete(bucket, subresource);
      case "POST" -> post(bucket, subresource);
      default -> throw S3Router.notAllowed();
    };
  }

  private static S3Operation get(Query query, BucketName bucket, Subresource subresource) {
    return switch (subresource) {
      case NONE -> objects(query, bucket);
      case ACL -> new S3Operation.GetBucketAcl(bucket);
      case LOCATION -> new S3Operation.GetBucketLocation(bucket);
      case VERSIONING -> new S3Operation.GetBucketVersioning(bucket);
      case TAGGING -> new S3Operation.GetBucketTagging(bucket);
      case POLICY -> new S3Operation.GetBucketPolicy(bucket);
      case POLICY_STATUS -> new S3Operation.GetBucketPolicyStatus(bucket);
      case VERSIONS -> versions(query, bucket);
      case UPLOADS ->
          new S3Operation.ListMultipartUploads(
              bucket,
              page(query, "max-uploads"),
              query.text("key-marker"),
              query.text("upload-id-marker"));
      default -> throw S3Router.notAllowed();
    };
  }

  private static S3Operation objects(Query query, BucketName bucket) {
    PageRequest page = page(query, "max-keys");
    if (query.text("allow-unordered").equals("true") && !page.delimiter().isEmpty())
      throw S3Failure.argument("An unordered listing has no delimiter", "allow-unordered", "true");
    String type = query.first("list-type");
    if (type == null) return new S3Operation.ListObjects(bucket, page, query.text("marker"));
    if (!type.equals("2"))
      throw S3Failure.argument("Invalid List Type", "list-type", Numbers.abbreviated(type));
    return new S3Operation.ListObjectsV2(
        bucket,
        page,
        query.first("start-after"),
        query.first("continuation-token"),
        query.text("fetch-owner").toLowerCase(Locale.ROOT).equals("true"));
  }

  private static S3Operation versions(Query query, BucketName bucket) {
    String keyMarker = query.text("key-marker");
    String versionMarker = query.text("version-id-marker");
    if (!versionMarker.isEmpty() && keyMarker.isEmpty())
      throw S3Failure.argument(
          "A version-id marker cannot be specified without a key marker.",
          "version-id-marker",
          Numbers.abbreviated(versionMarker));
    Version version = versionMarker.isEmpty() ? Version.LATEST : S3Router.version(versionMarker);
    return new S3Operation.ListObjectVersions(bucket, page(query, "max-keys"), keyMarker, version);
  }

  private static PageRequest page(Query query, String limit) {
    String encoding = query.text("encoding-type");
    if (!encoding.isEmpty() && !encoding.equals("url"))
      throw S3Failure.argument(
          "Invalid Encoding Method specified in Request",
          "encoding-type",
          Numbers.abbreviated(encoding));
    return new PageRequest(
        query.text("prefix"),
        query.text("delimiter"),
        Numbers.limit(query, limit, PageRequest.MOST, PageRequest.MOST),
        !encoding.isEmpty());
  }

  private static S3Operation put(S3Request request, BucketName bucket, Subresource subresource) {
    return switch (subresource) {
      case NONE ->
          new S3Operation.CreateBucket(
              bucket,
              AclHeaders.of(request),
              Ownership.of(request.header("x-amz-object-ownership")));
      case ACL -> new S3Operation.PutBucketAcl(bucket, AclHeaders.of(request));
      case VERSIONING -> new S3Operation.PutBucketVersioning(bucket);
      case TAGGING -> new S3Operation.PutBucketTagging(bucket);
      case POLICY -> new S3Operation.PutBucketPolicy(bucket);
      default -> throw S3Router.notAllowed();
    };
  }

  private static S3Operation delete(BucketName bucket, Subresource subresource) {
    return switch (subresource) {
      case NONE -> new S3Operation.DeleteBucket(bucket);
      case TAGGING -> new S3Operation.DeleteBucketTagging(bucket);
      case POLICY -> new S3Operation.DeleteBucketPolicy(bucket);
      default -> throw S3Router.notAllowed();
    };
  }

  private static S3Operation post(BucketName bucket, Subresource subresource) {
    return switch (subresource) {
      case NONE -> new S3Operation.Unsupported("PostObject");
      case DELETE -> new S3Operation.DeleteObjects(bucket);
      default -> throw S3Router.notAllowed();
    };
  }
}
