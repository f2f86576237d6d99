package io.tarn.s3;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.ChecksumHeaders;
import io.tarn.request.Numbers;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Key;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the headers say of a multipart upload, when it begins and when it is completed: the
/// checksums its parts will have, and those the whole must have.
final class UploadHeaders {
  private UploadHeaders() {}

  static S3Operation.Served upload(S3Request request, Writing writing) {
    BucketName bucket = S3Router.bucketOf(request);
    Key key = S3Router.keyOf(request);
    ChecksumAlgorithm algorithm =
        ChecksumHeaders.algorithm(request.header(ChecksumHeaders.PREFIX + "algorithm"));
    ChecksumType type = type(request.header(ChecksumHeaders.PREFIX + "type"));
    if (algorithm == null) {
      if (type != null) {
        throw new S3Failure(
            S3Error.INVALID_REQUEST,
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                + " header.");
      }
      return new S3Operation.CreateMultipartUpload(
          bucket, key, writing, null, ChecksumType.FULL_OBJECT);
    }
    return new S3Operation.CreateMultipartUpload(
        bucket, key, writing, algorithm, fitting(algorithm, type));
  }

  /// By the table of "Checking object integrity in Amazon S3": a SHA cannot be put together from
  /// those of the parts, and CRC64NVME always is.
  private static ChecksumType fitting(ChecksumAlgorithm algorithm, @Nullable ChecksumType asked) {
    boolean only64 = algorithm == ChecksumAlgorithm.CRC64NVME;
    if (asked == null) return only64 ? ChecksumType.FULL_OBJECT : ChecksumType.COMPOSITE;
    boolean fits = asked == ChecksumType.FULL_OBJECT ? algorithm.isCrc() : !only64;
    if (!fits) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "The %s checksum type cannot be used with the %s checksum algorithm."
              .formatted(asked, algorithm.text()));
    }
    return asked;
  }

  static S3Operation.Served completion(S3Request request) {
    var expected =
        new CompleteUpload.Expected(
            type(request.header(ChecksumHeaders.PREFIX + "type")),
            declared(request),
            size(request));
    return new S3Operation.CompleteMultipartUpload(
        S3Router.bucketOf(request),
        S3Router.keyOf(request),
        S3Router.uploadOf(request.query()),
        ConditionHeaders.forWrite(request),
        expected);
  }

  private static @Nullable Long size(S3Request request) {
    String text = request.header("x-amz-mp-object-size");
    if (text.isEmpty()) return null;
    boolean negative = text.startsWith("-");
    long size = Numbers.position(text, negative ? 1 : 0, text.length());
    if (size < 0 || negative) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "Value for x-amz-mp-object-size header is %s: '%s'"
              .formatted(size < 0 ? "invalid" : "less than zero", Numbers.abbreviated(text)));
    }
    return size;
  }

  /// The one checksum of the whole object that stands in the headers, or [Checksum#NONE].
  private static Checksum declared(S3Request request) {
    int at = ChecksumHeaders.only(request.headers());
    if (at < 0) return Checksum.NONE;
    String field = request.headers().name(at).toLowerCase(Locale.ROOT);
    String text = request.headers().value(at).strip();
    ChecksumAlgorithm algorithm = ChecksumHeaders.named(field);
    int dash = text.indexOf('-');
    String value = dash < 0 ? text : text.substring(0, dash);
    boolean counted = dash < 0 || Numbers.parse(text.substring(dash + 1)) > 0;
    if (!counted || ChecksumHeaders.decode(value, algorithm.bytes()) == null) {
      throw new S3Failure(S3Error.INVALID_REQUEST, "Value for " + field + " header is invalid.");
    }
    return new Checksum(
        algorithm, dash < 0 ? ChecksumType.FULL_OBJECT : ChecksumType.COMPOSITE, text);
  }

  private static @Nullable ChecksumType type(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "" -> null;
      case "COMPOSITE" -> ChecksumType.COMPOSITE;
      case "FULL_OBJECT" -> ChecksumType.FULL_OBJECT;
      default ->
          throw new S3Failure(
              S3Error.INVALID_REQUEST, "Value for x-amz-checksum-type header is invalid.");
    };
  }
}
