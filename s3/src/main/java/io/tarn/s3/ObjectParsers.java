package io.tarn.s3;

import io.tarn.request.HeaderText;
import io.tarn.request.Numbers;
import io.tarn.request.Query;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.Conditions;
import io.tarn.store.Part;
import java.util.HashMap;
import java.util.Map;

/// What requests on a key say, where that is more than which version of it.
final class ObjectParsers {
  private ObjectParsers() {}

  static S3Operation.Served get(S3Request request) {
    return new S3Operation.GetObject(
        S3Router.bucketOf(request), S3Router.keyOf(request), reading(request));
  }

  static S3Operation.Served head(S3Request request) {
    return new S3Operation.HeadObject(
        S3Router.bucketOf(request), S3Router.keyOf(request), reading(request));
  }

  private static ReadRequest reading(S3Request request) {
    Query query = request.query();
    int partNumber = query.has("partNumber") ? partNumber(query.text("partNumber")) : 0;
    if (partNumber > 0 && request.headers().has("range")) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "Cannot specify both Range header and partNumber query parameter");
    }
    return new ReadRequest(
        S3Router.versionOf(query),
        ConditionHeaders.forRead(request),
        partNumber > 0 ? RangeRequest.ofPart(partNumber) : RangeRequest.of(request),
        request.header("x-amz-checksum-mode").equalsIgnoreCase("ENABLED"),
        overrides(query));
  }

  static int partNumber(String text) {
    long number = Numbers.parse(text);
    if (number < 1 || number > Part.MAX_NUMBER) {
      throw S3Failure.argument(
          "Part number must be an integer between 1 and 10000, inclusive",
          "partNumber",
          Numbers.abbreviated(text));
    }
    return (int) number;
  }

  private static Map<String, String> overrides(Query query) {
    Map<String, String> overrides = Map.of();
    for (int i = 0, size = query.size(); i < size; i++) {
      if (!query.name(i).startsWith("response-")) continue;
      String header = S3Router.OVERRIDES.get(query.name(i));
      if (header == null) continue;
      if (!HeaderText.isPrintable(query.value(i))) {
        throw S3Failure.argument("Invalid header value", query.name(i), "");
      }
      if (overrides.isEmpty()) overrides = new HashMap<>();
      overrides.putIfAbsent(header, query.value(i));
    }
    return overrides;
  }

  static S3Operation.Served put(S3Request request) {
    notAPart(request);
    return new S3Operation.PutObject(
        S3Router.bucketOf(request), S3Router.keyOf(request), MetadataHeaders.writing(request));
  }

  static S3Operation.Served copy(S3Request request) {
    notAPart(request);
    return CopyHeaders.object(request);
  }

  private static void notAPart(S3Request request) {
    if (request.query().has("partNumber")) {
      throw S3Failure.argument("partNumber goes with uploadId", "partNumber", "");
    }
  }

  static S3Operation.Served delete(S3Request request) {
    return new S3Operation.DeleteObject(
        S3Router.bucketOf(request),
        S3Router.keyOf(request),
        S3Router.versionOf(request.query()),
        ConditionHeaders.forDelete(request));
  }

  static S3Operation.Served putAcl(S3Request request) {
    return new S3Operation.PutObjectAcl(
        S3Router.bucketOf(request),
        S3Router.keyOf(request),
        S3Router.versionOf(request.query()),
        AclHeaders.of(request));
  }

  static S3Operation.Served createUpload(S3Request request) {
    Writing writing = MetadataHeaders.writing(request);
    if (!writing.conditions().equals(Conditions.NONE)) throw S3Failure.notImplemented("If-Match");
    return UploadHeaders.upload(request, writing);
  }

  static S3Operation.Served putPart(S3Request request) {
    int number = partNumber(request.query().text("partNumber"));
    return new S3Operation.UploadPart(
        S3Router.bucketOf(request),
        S3Router.keyOf(request),
        S3Router.uploadOf(request.query()),
        number);
  }

  static S3Operation.Served copyPart(S3Request request) {
    return CopyHeaders.part(request, partNumber(request.query().text("partNumber")));
  }

  static S3Operation.Served completeUpload(S3Request request) {
    return UploadHeaders.completion(request);
  }

  static S3Operation.Served abortUpload(S3Request request) {
    return new S3Operation.AbortMultipartUpload(
        S3Router.bucketOf(request), S3Router.keyOf(request), S3Router.uploadOf(request.query()));
  }

  static S3Operation.Served listParts(S3Request request) {
    Query query = request.query();
    return new S3Operation.ListParts(
        S3Router.bucketOf(request),
        S3Router.keyOf(request),
        S3Router.uploadOf(query),
        new S3Operation.PartsPage(
            Numbers.limit(query, "part-number-marker", 0, Integer.MAX_VALUE),
            Numbers.limit(query, "max-parts", PageRequest.MOST, PageRequest.MOST)));
  }
}
