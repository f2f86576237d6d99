package io.tarn.s3;

import io.tarn.store.ChecksumAlgorithm;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the headers of a request claim about its body, read before the first byte of it, so that
/// nonsense is refused before `100 Continue`.
///
/// @param length of the payload without framing; -1 when it is not announced @param md5 of
/// `Content-MD5`; empty when it did not come @param algorithm the additional checksum to compute;
/// null for none @param checksum its announced value; empty when it comes in the trailer, or not at
/// all @param trailer the name of the announced trailer field; empty for none
record BodyClaims(
    long length,
    byte[] md5,
    @Nullable ChecksumAlgorithm algorithm,
    byte[] checksum,
    String trailer) {
  private static final byte[] NONE = {};
  private static final String PREFIX = "x-amz-checksum-";
  private static final String TRAILER = "x-amz-trailer";
  private static final String SDK_ALGORITHM = "x-amz-sdk-checksum-algorithm";

  static BodyClaims of(RequestHeaders headers, PayloadMode mode, BodyRules rules) {
    long length = length(headers, mode, rules);
    byte[] md5 = md5(headers);
    String trailer = trailer(headers, mode);
    if (!rules.checksumsCoverBody() && trailer.isEmpty())
      return new BodyClaims(length, md5, null, NONE, trailer);
    return checksums(headers, rules, new BodyClaims(length, md5, null, NONE, trailer));
  }

  private static BodyClaims checksums(RequestHeaders headers, BodyRules rules, BodyClaims before) {
    ChecksumAlgorithm algorithm = null;
    byte[] value = NONE;
    if (!before.trailer.isEmpty()) algorithm = algorithmOf(before.trailer);
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (!rules.checksumsCoverBody() || !name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()))
        continue;
      String field = name.toLowerCase(Locale.ROOT);
      if (saysNoValue(field)) continue;
      if (algorithm != null)
        throw invalid(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
      algorithm = algorithmOf(field);
      if (algorithm == null) throw S3Failure.notImplemented(field);
      byte[] decoded = decode(headers.value(i).strip(), algorithm.bytes());
      if (decoded == null)
        throw new S3Failure(S3Error.BAD_DIGEST, "Value for " + field + " header is invalid.");
      value = decoded;
    }
    ChecksumAlgorithm named = sdkAlgorithm(headers);
    if (named != null && algorithm == null)
      throw invalid(
          "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
              + " x-amz-trailer headers were found.");
    if (named != null && named != algorithm)
      throw invalid("Value for x-amz-sdk-checksum-algorithm header is invalid.");
    if (algorithm == null) algorithm = rules.fallback();
    return new BodyClaims(before.length, before.md5, algorithm, value, before.trailer);
  }

  private static boolean saysNoValue(String field) {
    return switch (field) {
      case PREFIX + "algorithm", PREFIX + "mode", PREFIX + "type" -> true;
      default -> false;
    };
  }

  private static @Nullable ChecksumAlgorithm sdkAlgorithm(RequestHeaders headers) {
    String name = Singleton.header(headers, SDK_ALGORITHM);
    if (name.isEmpty()) return null;
    ChecksumAlgorithm algorithm = algorithmOf(PREFIX + name.toLowerCase(Locale.ROOT));
    if (algorithm == null)
      throw invalid("Value for x-amz-sdk-checksum-algorithm header is invalid.");
    return algorithm;
  }

  private static @Nullable ChecksumAlgorithm algorithmOf(String field) {
    return switch (field) {
      case PREFIX + "crc32" -> ChecksumAlgorithm.CRC32;
      case PREFIX + "crc32c" -> ChecksumAlgorithm.CRC32C;
      case PREFIX + "crc64nvme" -> ChecksumAlgorithm.CRC64NVME;
      case PREFIX + "sha1" -> ChecksumAlgorithm.SHA1;
      case PREFIX + "sha256" -> ChecksumAlgorithm.SHA256;
      default -> null;
    };
  }

  /// A checksum's bytes out of their base64; null when it is not one.
  static byte @Nullable [] decode(String base64, int bytes) {
    try {
      byte[] value = Base64.getDecoder().decode(base64);
      return value.length == bytes ? value : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] md5(RequestHeaders headers) {
    if (!headers.has("content-md5")) return NONE;
    String text = Singleton.header(headers, "content-md5");
    byte[] value = decode(text, 16);
    if (value != null) return value;
    throw new S3Failure(
        S3Error.INVALID_DIGEST,
        "The Content-MD5 you specified was invalid.",
        new S3Failure.Detail("Content-MD5", text));
  }

  private static String trailer(RequestHeaders headers, PayloadMode mode) {
    String name = Singleton.header(headers, TRAILER).toLowerCase(Locale.ROOT);
    if (name.isEmpty()) return "";
    if (!mode.hasTrailer())
      throw invalid("An x-amz-trailer header needs a payload mode that has a trailer.");
    if (algorithmOf(name) != null) return name;
    if (name.startsWith(PREFIX)) throw S3Failure.notImplemented(TRAILER);
    throw invalid("The value specified in the x-amz-trailer header is not supported");
  }

  private static long length(RequestHeaders headers, PayloadMode mode, BodyRules rules) {
    String name = mode.isChunked() ? "x-amz-decoded-content-length" : "content-length";
    String text = Singleton.header(headers, name);
    if (text.isEmpty()) {
      boolean chunkedTransfer = headers.has("transfer-encoding");
      if (mode.isChunked() || rules.lengthRequired())
        throw new S3Failure(S3Error.MISSING_CONTENT_LENGTH);
      return chunkedTransfer ? -1 : 0;
    }
    long length = number(text);
    if (length < 0) throw S3Failure.argument("The length is not a number.", name, text);
    if (length > rules.maxBytes()) throw tooLong(rules);
    return length;
  }

  private static S3Failure tooLong(BodyRules rules) {
    return new S3Failure(
        rules.lengthRequired() ? S3Error.ENTITY_TOO_LARGE : S3Error.MAX_MESSAGE_LENGTH_EXCEEDED);
  }

  private static long number(String text) {
    if (text.length() > 18) return -1;
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  private static S3Failure invalid(String message) {
    return new S3Failure(S3Error.INVALID_REQUEST, message);
  }
}
