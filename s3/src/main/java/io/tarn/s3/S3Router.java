package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.Query;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.request.Subresource;
import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.UploadId;
import io.tarn.store.Version;
import java.util.Map;

/// From a request to the operation it asks for. Nothing that is not recognised is taken for
/// something else: what S3 has and this server has not is [S3Operation.Unsupported], and what S3
/// has not is an error.
public final class S3Router {
  private S3Router() {}

  /// @throws S3Failure when the request makes no sense
  public static S3Operation parse(S3Request request) {
    Refusals.headers(request.headers());
    if (request.bucket().isEmpty()) return onService(request);
    if (isAnswerOfLambda(request)) return new S3Operation.Unsupported("WriteGetObjectResponse");
    if (!BucketName.valid(request.bucket())) {
      throw new S3Failure(
          S3Error.INVALID_BUCKET_NAME,
          S3Error.INVALID_BUCKET_NAME.message(),
          new S3Failure.Detail("BucketName", request.bucket()));
    }
    boolean onKey = !request.key().isEmpty();
    Subresource subresource = Subresource.of(request.query());
    Route route =
        Route.find(
            request, onKey ? RouteAddress.Place.OBJECT : RouteAddress.Place.BUCKET, subresource);
    if (route != null) return served(request, route);
    String name = subresource.operation(request.method(), onKey);
    if (name.isEmpty()) throw notAllowed();
    return new S3Operation.Unsupported(name);
  }

  private static S3Operation served(S3Request request, Route route) {
    S3Operation operation = route.parse(request);
    Refusals.parameters(request.query(), route);
    return operation;
  }

  /// Its path looks like a bucket of a name that no bucket can have.
  private static boolean isAnswerOfLambda(S3Request request) {
    return request.method().equals("POST") && request.path().equals("/WriteGetObjectResponse");
  }

  private static S3Operation onService(S3Request request) {
    if (!request.key().isEmpty()) throw new S3Failure(S3Error.INVALID_BUCKET_NAME);
    Route route = Route.find(request, RouteAddress.Place.SERVICE, Subresource.NONE);
    if (route == null) throw notAllowed();
    Query query = request.query();
    if (query.has("max-directory-buckets") || query.text("x-id").equals("ListDirectoryBuckets")) {
      return new S3Operation.Unsupported("ListDirectoryBuckets");
    }
    return served(request, route);
  }

  static S3Operation.Served listBuckets(S3Request request) {
    Query query = request.query();
    int limit =
        query.text("max-buckets").isEmpty()
            ? 0
            : Numbers.between(query.text("max-buckets"), 1, 10_000, "max-buckets");
    return new S3Operation.ListBuckets(
        query.text("prefix"), query.text("continuation-token"), limit, query.text("bucket-region"));
  }

  /// The bucket in the path, which is known to be one.
  static BucketName bucketOf(S3Request request) {
    return new BucketName(request.bucket());
  }

  /// The key in the path.
  ///
  /// @throws S3Failure when it is longer than a key can be
  static Key keyOf(S3Request request) {
    return key(request.key());
  }

  static Key key(String text) {
    try {
      return new Key(text);
    } catch (IllegalArgumentException e) {
      throw new S3Failure(
          S3Error.KEY_TOO_LONG,
          S3Error.KEY_TOO_LONG.message(),
          new S3Failure.Detail("MaxSizeAllowed", Integer.toString(Key.MAX_BYTES)));
    }
  }

  /// The `versionId` of a request, [Version#LATEST] when it has none.
  static Version versionOf(Query query) {
    String text = query.first("versionId");
    return text == null ? Version.LATEST : version(text);
  }

  static Version version(String text) {
    if (text.isEmpty()) {
      throw S3Failure.argument("Version id cannot be the empty string", "versionId", "");
    }
    if (text.length() > 1024) {
      throw S3Failure.argument("Invalid version id specified", "versionId", text.substring(0, 64));
    }
    return new Version(text);
  }

  static UploadId uploadOf(Query query) {
    String text = query.text("uploadId");
    if (text.isEmpty() || text.length() > 256) throw new S3Failure(S3Error.NO_SUCH_UPLOAD);
    return new UploadId(text);
  }

  static S3Failure notAllowed() {
    return new S3Failure(S3Error.METHOD_NOT_ALLOWED);
  }

  /// Headers an answer may carry in place of the stored ones: query parameter to header.
  static final Map<String, String> OVERRIDES =
      Map.of(
          "response-content-type", "content-type",
          "response-content-language", "content-language",
          "response-expires", "expires",
          "response-cache-control", "cache-control",
          "response-content-disposition", "content-disposition",
          "response-content-encoding", "content-encoding");
}
