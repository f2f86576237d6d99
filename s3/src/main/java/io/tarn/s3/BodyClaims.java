package io.tarn.s3;

import io.tarn.store.ChecksumAlgorithm;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the headers of a request claim about its body, read before the first byte of it, so that
/// nonsense is refused before `100 Continue`.
///
/// @param length of the payload without framing; -1 when it is not announced @param md5 of
/// `Content-MD5`; empty when it did not come @param algorithm the additional checksum it names;
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
  private static final String SINGLE = "Expecting a single x-amz-checksum- header";
  private static final String MULTIPLE = SINGLE + ". Multiple checksum Types are not allowed.";

  static BodyClaims of(RequestHeaders headers, PayloadMode mode, BodyRules rules) {
    long length = length(headers, mode, rules);
    byte[] md5 = md5(headers);
    // How many there are comes before what they say, and how they fit together last.
    int header = rules.kind().coveredByChecksums() ? only(headers) : -1;
    String trailer = trailer(headers);
    if (header >= 0 && !trailer.isEmpty()) throw invalid(mode.hasTrailer() ? MULTIPLE : SINGLE);
    if (!trailer.isEmpty() && !mode.hasTrailer())
      throw new S3Failure(
          S3Error.MALFORMED_TRAILER,
          S3Error.MALFORMED_TRAILER.message(),
          new S3Failure.Detail("Reason", "x-amz-content-sha256 names a mode without a trailer."));
    if (header < 0 && trailer.isEmpty()) {
      if (rules.kind().coveredByChecksums()) requireNamed(headers, null);
      return new BodyClaims(length, md5, null, NONE, "");
    }
    String field = header < 0 ? trailer : headers.name(header).toLowerCase(Locale.ROOT);
    ChecksumAlgorithm algorithm = algorithmOf(field);
    if (algorithm == null) throw unknown(field);
    requireNamed(headers, algorithm);
    if (header < 0) return new BodyClaims(length, md5, algorithm, NONE, trailer);
    byte[] value = decode(headers.value(header).strip(), algorithm.bytes());
    if (value == null) throw invalid("Value for " + field + " header is invalid.");
    return new BodyClaims(length, md5, algorithm, value, "");
  }

  /// Where the one header with a checksum stands, or -1.
  private static int only(RequestHeaders headers) {
    int found = -1;
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (!name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) continue;
      if (saysNoValue(name.toLowerCase(Locale.ROOT))) continue;
      if (found >= 0) throw invalid(MULTIPLE);
      found = i;
    }
    return found;
  }

  /// What the SDK says it sends must be what came.
  private static void requireNamed(RequestHeaders headers, @Nullable ChecksumAlgorithm came) {
    String name = Singleton.header(headers, SDK_ALGORITHM);
    if (name.isEmpty()) return;
    if (came == null)
      throw invalid(
          "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
              + " x-amz-trailer headers were found.");
    if (algorithmOf(PREFIX + name.toLowerCase(Locale.ROOT)) != came)
      throw invalid("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }

  /// S3 has more algorithms than there are here.
  private static S3Failure unknown(String field) {
    return switch (field) {
      case PREFIX + "md5",
          PREFIX + "sha512",
          PREFIX + "xxhash3",
          PREFIX + "xxhash64",
          PREFIX + "xxhash128" ->
          S3Failure.notImplemented(field);
      default -> invalid("The algorithm type you specified in x-amz-checksum- header is invalid.");
    };
  }

  private static boolean saysNoValue(String field) {
    return switch (field) {
      case PREFIX + "algorithm", PREFIX + "mode", PREFIX + "type" -> true;
      default -> false;
    };
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

  /// The field to come behind the last chunk. S3 overlooks commas at its end, and no others.
  private static String trailer(RequestHeaders headers) {
    String text = Singleton.header(headers, TRAILER).toLowerCase(Locale.ROOT);
    if (text.isEmpty()) return "";
    String[] names = text.split(",", 0);
    for (String name : names) if (algorithmOf(name.strip()) == null) throw unsupportedTrailer();
    return switch (names.length) {
      case 0 -> throw unsupportedTrailer();
      case 1 -> names[0].strip();
      default -> throw invalid(MULTIPLE);
    };
  }

  private static S3Failure unsupportedTrailer() {
    return invalid("The value specified in the x-amz-trailer header is not supported");
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
    if (length < 0 && mode.isChunked()) throw new S3Failure(S3Error.MISSING_CONTENT_LENGTH);
    if (length < 0) throw S3Failure.argument("The length is not a number.", name, text);
    if (length > rules.maxBytes()) throw tooLong(length, rules);
    return length;
  }

  private static S3Failure tooLong(long length, BodyRules rules) {
    String most = Long.toString(rules.maxBytes());
    return switch (rules.kind()) {
      case OBJECT, PART ->
          new S3Failure(
              S3Error.ENTITY_TOO_LARGE,
              S3Error.ENTITY_TOO_LARGE.message(),
              new S3Failure.Detail("MaxSizeAllowed", most),
              new S3Failure.Detail("ProposedSize", Long.toString(length)));
      case DOCUMENT, DOCUMENT_ALONE ->
          new S3Failure(
              S3Error.MAX_MESSAGE_LENGTH_EXCEEDED,
              S3Error.MAX_MESSAGE_LENGTH_EXCEEDED.message(),
              new S3Failure.Detail("MaxMessageLengthBytes", most));
    };
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
