package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.Query;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.Version;
import java.util.Locale;

/// What requests on a bucket say, where that is more than which bucket.
final class BucketParsers {
  private BucketParsers() {}

  static S3Operation.Served create(S3Request request) {
    return new S3Operation.CreateBucket(
        S3Router.bucketOf(request),
        AclHeaders.of(request),
        Ownership.of(request.header("x-amz-object-ownership")));
  }

  static S3Operation.Served putAcl(S3Request request) {
    return new S3Operation.PutBucketAcl(S3Router.bucketOf(request), AclHeaders.of(request));
  }

  static S3Operation.Served list(S3Request request) {
    Query query = request.query();
    return new S3Operation.ListObjects(
        S3Router.bucketOf(request), objects(query), query.text("marker"));
  }

  static S3Operation.Served listV2(S3Request request) {
    Query query = request.query();
    PageRequest page = objects(query);
    String type = query.text("list-type");
    if (!type.equals("2")) {
      throw S3Failure.argument("Invalid List Type", "list-type", Numbers.abbreviated(type));
    }
    return new S3Operation.ListObjectsV2(
        S3Router.bucketOf(request),
        page,
        query.first("start-after"),
        query.first("continuation-token"),
        query.text("fetch-owner").toLowerCase(Locale.ROOT).equals("true"));
  }

  private static PageRequest objects(Query query) {
    PageRequest page = page(query, "max-keys");
    if (query.text("allow-unordered").equals("true") && !page.delimiter().isEmpty()) {
      throw S3Failure.argument("An unordered listing has no delimiter", "allow-unordered", "true");
    }
    return page;
  }

  static S3Operation.Served listVersions(S3Request request) {
    Query query = request.query();
    String keyMarker = query.text("key-marker");
    String versionMarker = query.text("version-id-marker");
    if (!versionMarker.isEmpty() && keyMarker.isEmpty()) {
      throw S3Failure.argument(
          "A version-id marker cannot be specified without a key marker.",
          "version-id-marker",
          Numbers.abbreviated(versionMarker));
    }
    Version version = versionMarker.isEmpty() ? Version.LATEST : S3Router.version(versionMarker);
    return new S3Operation.ListObjectVersions(
        S3Router.bucketOf(request), page(query, "max-keys"), keyMarker, version);
  }

  static S3Operation.Served listUploads(S3Request request) {
    Query query = request.query();
    return new S3Operation.ListMultipartUploads(
        S3Router.bucketOf(request),
        page(query, "max-uploads"),
        query.text("key-marker"),
        query.text("upload-id-marker"));
  }

  private static PageRequest page(Query query, String limit) {
    String encoding = query.text("encoding-type");
    if (!encoding.isEmpty() && !encoding.equals("url")) {
      throw S3Failure.argument(
          "Invalid Encoding Method specified in Request",
          "encoding-type",
          Numbers.abbreviated(encoding));
    }
    return new PageRequest(
        query.text("prefix"),
        query.text("delimiter"),
        Numbers.limit(query, limit, PageRequest.MOST, PageRequest.MOST),
        !encoding.isEmpty());
  }

  /// All configurations of a kind of which a bucket can have many. No list here has a second page,
  /// so no token is one.
  static S3Operation.Served listConfigurations(
      S3Request request, BucketConfiguration configuration) {
    String token = request.query().text("continuation-token");
    if (!token.isEmpty()) {
      throw S3Failure.argument(
          "The continuation token provided is incorrect",
          "continuation-token",
          Numbers.abbreviated(token));
    }
    return new S3Operation.GetBucketConfiguration(S3Router.bucketOf(request), configuration, true);
  }
}
