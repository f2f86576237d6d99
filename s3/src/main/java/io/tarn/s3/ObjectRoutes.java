package io.tarn.s3;

import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.Part;
import java.util.HashMap;
import java.util.Map;

/// The operations on a key.
final class ObjectRoutes {
  private ObjectRoutes() {}

  static S3Operation parse(S3Request request, BucketName bucket, Key key, Subresource subresource) {
    return switch (request.method()) {
      case "GET" -> get(request, bucket, key, subresource);
      case "HEAD" -> {
        if (subresource != Subresource.NONE) throw S3Router.notAllowed();
        yield new S3Operation.HeadObject(bucket, key, reading(request));
      }
      case "PUT" -> put(request, bucket, key, subresource);
      case "DELETE" -> delete(request, bucket, key, subresource);
      case "POST" -> post(request, bucket, key, subresource);
      default -> throw S3Router.notAllowed();
    };
  }

  private static S3Operation get(
      S3Request request, BucketName bucket, Key key, Subresource subresource) {
    Query query = request.query();
    return switch (subresource) {
      case NONE -> new S3Operation.GetObject(bucket, key, reading(request));
      case ACL -> new S3Operation.GetObjectAcl(bucket, key, S3Router.versionOf(query));
      case TAGGING -> new S3Operation.GetObjectTagging(bucket, key, S3Router.versionOf(query));
      case ATTRIBUTES -> Attributes.parse(request, bucket, key);
      case UPLOAD_ID ->
          new S3Operation.ListParts(
              bucket,
              key,
              S3Router.uploadOf(query),
              new S3Operation.PartsPage(
                  Numbers.limit(query, "part-number-marker", 0, Integer.MAX_VALUE),
                  Numbers.limit(query, "max-parts", PageRequest.MOST, PageRequest.MOST)));
      default -> throw S3Router.notAllowed();
    };
  }

  private static ReadRequest reading(S3Request request) {
    Query query = request.query();
    int partNumber = query.has("partNumber") ? partNumber(query.text("partNumber")) : 0;
    if (partNumber > 0 && request.headers().has("range"))
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "Cannot specify both Range header and partNumber query parameter");
    return new ReadRequest(
        S3Router.versionOf(query),
        ConditionHeaders.forRead(request),
        partNumber > 0 ? RangeRequest.ofPart(partNumber) : RangeRequest.of(request),
        request.header("x-amz-checksum-mode").equalsIgnoreCase("ENABLED"),
        overrides(query));
  }

  static int partNumber(String text) {
    long number = Numbers.parse(text);
    if (number < 1 || number > Part.MAX_NUMBER)
      throw S3Failure.argument(
          "Part number must be an integer between 1 and 10000, inclusive",
          "partNumber",
          Numbers.abbreviated(text));
    return (int) number;
  }

  private static Map<String, String> overrides(Query query) {
    Map<String, String> overrides = Map.of();
    for (int i = 0, size = query.size(); i < size; i++) {
      if (!query.name(i).startsWith("response-")) continue;
      String header = S3Router.OVERRIDES.get(query.name(i));
      if (header == null) continue;
      if (!HeaderText.isPrintable(query.value(i)))
        throw S3Failure.argument("Invalid header value", query.name(i), "");
      if (overrides.isEmpty()) overrides = new HashMap<>();
      overrides.putIfAbsent(header, query.value(i));
    }
    return overrides;
  }

  private static S3Operation put(
      S3Request request, BucketName bucket, Key key, Subresource subresource) {
    return switch (subresource) {
      case NONE -> {
        if (request.query().has("partNumber"))
          throw S3Failure.argument("partNumber goes with uploadId", "partNumber", "");
        yield request.headers().has("x-amz-copy-source")
            ? CopyHeaders.object(request, bucket, key)
            : new S3Operation.PutObject(bucket, key, MetadataHeaders.writing(request));
      }
      case UPLOAD_ID -> {
        int number = partNumber(request.query().text("partNumber"));
        yield request.headers().has("x-amz-copy-source")
            ? CopyHeaders.part(request, bucket, key, number)
            : new S3Operation.UploadPart(bucket, key, S3Router.uploadOf(request.query()), number);
      }
      case ACL ->
          new S3Operation.PutObjectAcl(
              bucket, key, S3Router.versionOf(request.query()), AclHeaders.of(request));
      case TAGGING ->
          new S3Operation.PutObjectTagging(bucket, key, S3Router.versionOf(request.query()));
      default -> throw S3Router.notAllowed();
    };
  }

  private static S3Operation delete(
      S3Request request, BucketName bucket, Key key, Subresource subresource) {
    Query query = request.query();
    return switch (subresource) {
      case NONE ->
          new S3Operation.DeleteObject(
              bucket, key, S3Router.versionOf(query), ConditionHeaders.forDelete(request));
      case UPLOAD_ID -> new S3Operation.AbortMultipartUpload(bucket, key, S3Router.uploadOf(query));
      case TAGGING -> new S3Operation.DeleteObjectTagging(bucket, key, S3Router.versionOf(query));
      default -> throw S3Router.notAllowed();
    };
  }

  private static S3Operation post(
      S3Request request, BucketName bucket, Key key, Subresource subresource) {
    return switch (subresource) {
      case UPLOADS -> {
        Writing writing = MetadataHeaders.writing(request);
        if (!writing.conditions().equals(Conditions.NONE))
          throw S3Failure.notImplemented("If-Match");
        yield ChecksumHeaders.upload(request, bucket, key, writing);
      }
      case UPLOAD_ID -> ChecksumHeaders.completion(request, bucket, key);
      default -> throw S3Router.notAllowed();
    };
  }
}
