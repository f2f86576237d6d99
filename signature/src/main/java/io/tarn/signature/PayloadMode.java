package io.tarn.signature;

import org.jspecify.annotations.Nullable;

/// How the body of a request is vouched for (`x-amz-content-sha256`). Closed: a switch over it has
/// no default, because a mode that nobody checks is a hole.
public enum PayloadMode {
  /// By nothing but what the request says of itself (Content-MD5, a checksum).
  UNSIGNED(SigV4.UNSIGNED_PAYLOAD),
  /// By its SHA-256, which is part of what was signed.
  SIGNED_HASH(""),
  /// Chunk by chunk, each signature including the one before.
  STREAMING_SIGNED("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
  /// The same, with a signed trailer that carries a checksum.
  STREAMING_SIGNED_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
  /// Chunks without signatures and a trailer that carries a checksum.
  STREAMING_UNSIGNED_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER");

  private final String wire;

  PayloadMode(String wire) {
    this.wire = wire;
  }

  /// As `x-amz-content-sha256` says it; empty for a hash, which says itself.
  public String wire() {
    return wire;
  }

  /// Whether the body comes in aws-chunked framing.
  public boolean isChunked() {
    return switch (this) {
      case UNSIGNED, SIGNED_HASH -> false;
      case STREAMING_SIGNED, STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER -> true;
    };
  }

  public boolean signsChunks() {
    return switch (this) {
      case UNSIGNED, SIGNED_HASH, STREAMING_UNSIGNED_TRAILER -> false;
      case STREAMING_SIGNED, STREAMING_SIGNED_TRAILER -> true;
    };
  }

  public boolean hasTrailer() {
    return switch (this) {
      case UNSIGNED, SIGNED_HASH, STREAMING_SIGNED -> false;
      case STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER -> true;
    };
  }

  /// The mode these words stand for, null when they stand for none.
  static @Nullable PayloadMode named(String text) {
    return switch (text) {
      case "UNSIGNED-PAYLOAD" -> UNSIGNED;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> STREAMING_SIGNED;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> STREAMING_SIGNED_TRAILER;
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> STREAMING_UNSIGNED_TRAILER;
      default -> isSha256(text) ? SIGNED_HASH : null;
    };
  }

  private static boolean isSha256(String text) {
    if (text.length() != 64) return false;
    for (int i = 0; i < 64; i++) {
      if (Character.digit(text.charAt(i), 16) < 0) return false;
    }
    return true;
  }
}
