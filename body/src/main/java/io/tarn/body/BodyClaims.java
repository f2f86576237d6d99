package io.tarn.body;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.ChecksumHeaders;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.Singleton;
import io.tarn.signature.PayloadMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the headers of a request claim about its body, read before the first byte of it, so that
/// nonsense is refused before `100 Continue`.
///
/// - `length`: of the payload without framing; -1 when it is not announced
/// - `md5`: of `Content-MD5`; empty when it did not come
/// - `algorithm`: the additional checksum it names; null for none
/// - `checksum`: its announced value; empty when it comes in the trailer, or not at all
/// - `trailer`: the name of the announced trailer field; empty for none
record BodyClaims(
    long length,
    byte[] md5,
    @Nullable ChecksumAlgorithm algorithm,
    byte[] checksum,
    String trailer) {
  private static final byte[] NONE = {};
  private static final String TRAILER = "x-amz-trailer";
  private static final String SDK_ALGORITHM = "x-amz-sdk-checksum-algorithm";

  static BodyClaims of(RequestHeaders headers, PayloadMode mode, BodyRules rules) {
    long length = length(headers, mode, rules);
    byte[] md5 = md5(headers);
    // How many there are comes before what they say, and how they fit together last.
    int header = rules.kind().coveredByChecksums() ? ChecksumHeaders.only(headers) : -1;
    String trailer = trailer(headers);
    if (header >= 0 && !trailer.isEmpty()) {
      throw invalid(mode.hasTrailer() ? ChecksumHeaders.MULTIPLE : ChecksumHeaders.SINGLE);
    }
    if (!trailer.isEmpty() && !mode.hasTrailer()) {
      throw new S3Failure(
          S3Error.MALFORMED_TRAILER,
          S3Error.MALFORMED_TRAILER.message(),
          new S3Failure.Detail("Reason", "x-amz-content-sha256 names a mode without a trailer."));
    }
    if (header < 0 && trailer.isEmpty()) {
      if (rules.kind().coveredByChecksums()) requireNamed(headers, null);
      return new BodyClaims(length, md5, null, NONE, "");
    }
    String field = header < 0 ? trailer : headers.name(header).toLowerCase(Locale.ROOT);
    ChecksumAlgorithm algorithm = ChecksumHeaders.named(field);
    requireNamed(headers, algorithm);
    if (header < 0) return new BodyClaims(length, md5, algorithm, NONE, trailer);
    byte[] value = ChecksumHeaders.decode(headers.value(header).strip(), algorithm.bytes());
    if (value == null) throw invalid("Value for " + field + " header is invalid.");
    return new BodyClaims(length, md5, algorithm, value, "");
  }

  /// What the SDK says it sends must be what came.
  private static void requireNamed(RequestHeaders headers, @Nullable ChecksumAlgorithm came) {
    String name = Singleton.header(headers, SDK_ALGORITHM);
    if (name.isEmpty()) return;
    if (came == null) {
      throw invalid(
          "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
              + " x-amz-trailer headers were found.");
    }
    if (ChecksumHeaders.find(ChecksumHeaders.PREFIX + name.toLowerCase(Locale.ROOT)) != came) {
      throw invalid("Value for x-amz-sdk-checksum-algorithm header is invalid.");
    }
  }

  private static byte[] md5(RequestHeaders headers) {
    if (!headers.has("content-md5")) return NONE;
    String text = Singleton.header(headers, "content-md5");
    byte[] value = ChecksumHeaders.decode(text, 16);
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
    for (String name : names) {
      if (ChecksumHeaders.find(name.strip()) == null) throw unsupportedTrailer();
    }
    return switch (names.length) {
      case 0 -> throw unsupportedTrailer();
      case 1 -> names[0].strip();
      default -> throw invalid(ChecksumHeaders.MULTIPLE);
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
      if (mode.isChunked() || rules.lengthRequired()) {
        throw new S3Failure(S3Error.MISSING_CONTENT_LENGTH);
      }
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
