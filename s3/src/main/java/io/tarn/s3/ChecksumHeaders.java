package io.tarn.s3;

import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.ChecksumType;
import io.tarn.store.Key;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The `x-amz-checksum-*` headers of multipart uploads and copies.
final class ChecksumHeaders {
  private static final String PREFIX = "x-amz-checksum-";

  private ChecksumHeaders() {}

  static S3Operation upload(S3Request request, BucketName bucket, Key key, Writing writing) {
    ChecksumAlgorithm algorithm = algorithm(request.header(PREFIX + "algorithm"));
    ChecksumType type = type(request.header(PREFIX + "type"));
    if (algorithm == null) {
      if (type != null)
        throw new S3Failure(
            S3Error.INVALID_REQUEST,
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                + " header.");
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
    if (!fits)
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "The %s checksum type cannot be used with the %s checksum algorithm."
              .formatted(asked, algorithm.name().toLowerCase(Locale.ROOT)));
    return asked;
  }

  static S3Operation completion(S3Request request, BucketName bucket, Key key) {
    String size = request.header("x-amz-mp-object-size");
    Long bytes = size.isEmpty() ? null : Long.valueOf(Numbers.position(size, 0, size.length()));
    if (bytes != null && bytes < 0)
      throw S3Failure.argument("Invalid size", "x-amz-mp-object-size", Numbers.abbreviated(size));
    return new S3Operation.CompleteMultipartUpload(
        bucket,
        key,
        S3Router.uploadOf(request.query()),
        ConditionHeaders.forWrite(request),
        declared(request),
        bytes);
  }

  /// The one checksum that stands in the headers, or [Checksum#NONE].
  private static Checksum declared(S3Request request) {
    Checksum declared = Checksum.NONE;
    ChecksumType asked = type(request.header(PREFIX + "type"));
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String value = request.header(PREFIX + algorithm.name().toLowerCase(Locale.ROOT));
      if (value.isEmpty()) continue;
      if (declared.isPresent())
        throw new S3Failure(
            S3Error.INVALID_REQUEST,
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
      ChecksumType looksLike =
          value.indexOf('-') >= 0 ? ChecksumType.COMPOSITE : ChecksumType.FULL_OBJECT;
      declared = new Checksum(algorithm, asked == null ? looksLike : asked, value);
    }
    return declared;
  }

  /// The algorithm of this name, null for none.
  static @Nullable ChecksumAlgorithm algorithm(String name) {
    if (name.isEmpty()) return null;
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values())
      if (algorithm.name().equalsIgnoreCase(name)) return algorithm;
    throw new S3Failure(
        S3Error.INVALID_REQUEST,
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types:"
            + " [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
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
