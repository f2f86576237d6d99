package io.tarn.s3;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Key;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The `x-amz-checksum-*` headers: what they are called, how many there may be, and what those of
/// multipart uploads and copies say. [BodyClaims] reads those that speak of a body.
final class ChecksumHeaders {
  static final String PREFIX = "x-amz-checksum-";
  static final String SINGLE = "Expecting a single x-amz-checksum- header";
  static final String MULTIPLE = SINGLE + ". Multiple checksum Types are not allowed.";

  private ChecksumHeaders() {}

  static S3Operation.Served upload(S3Request request, Writing writing) {
    BucketName bucket = S3Router.bucketOf(request);
    Key key = S3Router.keyOf(request);
    ChecksumAlgorithm algorithm = algorithm(request.header(PREFIX + "algorithm"));
    ChecksumType type = type(request.header(PREFIX + "type"));
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
            type(request.header(PREFIX + "type")), declared(request), size(request));
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
    int at = only(request.headers());
    if (at < 0) return Checksum.NONE;
    String field = request.headers().name(at).toLowerCase(Locale.ROOT);
    String text = request.headers().value(at).strip();
    ChecksumAlgorithm algorithm = named(field);
    int dash = text.indexOf('-');
    String value = dash < 0 ? text : text.substring(0, dash);
    boolean counted = dash < 0 || Numbers.parse(text.substring(dash + 1)) > 0;
    if (!counted || decode(value, algorithm.bytes()) == null) {
      throw new S3Failure(S3Error.INVALID_REQUEST, "Value for " + field + " header is invalid.");
    }
    return new Checksum(
        algorithm, dash < 0 ? ChecksumType.FULL_OBJECT : ChecksumType.COMPOSITE, text);
  }

  /// Where the one header with a checksum stands, or -1.
  static int only(RequestHeaders headers) {
    int found = -1;
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (!name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) continue;
      if (saysNoValue(name.toLowerCase(Locale.ROOT))) continue;
      if (found >= 0) throw new S3Failure(S3Error.INVALID_REQUEST, MULTIPLE);
      found = i;
    }
    return found;
  }

  private static boolean saysNoValue(String field) {
    return switch (field) {
      case PREFIX + "algorithm", PREFIX + "mode", PREFIX + "type" -> true;
      default -> false;
    };
  }

  /// The algorithm of a header or trailer field. Those that S3 has and this server has not were
  /// refused before.
  static ChecksumAlgorithm named(String field) {
    ChecksumAlgorithm algorithm = find(field);
    if (algorithm != null) return algorithm;
    throw new S3Failure(
        S3Error.INVALID_REQUEST,
        "The algorithm type you specified in x-amz-checksum- header is invalid.");
  }

  /// As [#named], null for none.
  static @Nullable ChecksumAlgorithm find(String field) {
    if (!field.startsWith(PREFIX)) return null;
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      if (field.startsWith(algorithm.text(), PREFIX.length())
          && field.length() == PREFIX.length() + algorithm.text().length()) {
        return algorithm;
      }
    }
    return null;
  }

  /// A checksum's bytes out of their base64; null when it is not one, to the last bit: what else
  /// decodes to the same bytes is another text.
  static byte @Nullable [] decode(String base64, int bytes) {
    try {
      byte[] value = Base64.getDecoder().decode(base64);
      boolean same = Base64.getEncoder().encodeToString(value).equals(base64);
      return same && value.length == bytes ? value : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// The algorithm of this name, null for none.
  static @Nullable ChecksumAlgorithm algorithm(String name) {
    if (name.isEmpty()) return null;
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      if (algorithm.name().equalsIgnoreCase(name)) return algorithm;
    }
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
