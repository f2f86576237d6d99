package io.tarn.signature;

import io.tarn.request.S3Failure;
import java.util.HexFormat;

/// What a request says vouches for its body: the mode, and the word itself
/// (`x-amz-content-sha256`), which is the hash where the mode is [PayloadMode#SIGNED_HASH].
public record PayloadClaim(PayloadMode mode, String word) {
  public static final String HEADER = "x-amz-content-sha256";

  static final PayloadClaim UNSIGNED =
      new PayloadClaim(PayloadMode.UNSIGNED, SigV4.UNSIGNED_PAYLOAD);

  /// Whether it holds of no body at all, without looking.
  public boolean holdsOfNothing() {
    return mode == PayloadMode.UNSIGNED || word.equals(SigV4.EMPTY_SHA256);
  }

  /// Whether this is the hash that is claimed.
  public boolean isOf(byte[] sha256) {
    return word.equalsIgnoreCase(HexFormat.of().formatHex(sha256));
  }

  /// As [#parse], where no signature in a header covers the word: it is a hash, then, if a wrong
  /// one.
  static PayloadClaim parseUnsigned(String word) {
    if (word.startsWith("STREAMING-") || PayloadMode.named(word) != null) return parse(word);
    return new PayloadClaim(PayloadMode.SIGNED_HASH, word);
  }

  static PayloadClaim parse(String word) {
    if (word.startsWith("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")) {
      throw S3Failure.notImplemented(HEADER);
    }
    PayloadMode mode = PayloadMode.named(word);
    if (mode != null) return new PayloadClaim(mode, word);
    throw S3Failure.argument(
        HEADER
            + " must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
            + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a"
            + " valid sha256 value.",
        HEADER,
        word);
  }
}
