package io.tarn.signature;

/// Where the chain of chunk signatures starts: the request's own signature, and the key to go on
/// with. Prints nothing of it.
public final class ChunkSeed {
  final HmacSha256 key;
  final String amzDate;
  final String scope;
  final String signature;

  ChunkSeed(HmacSha256 key, String amzDate, String scope, String signature) {
    this.key = key;
    this.amzDate = amzDate;
    this.scope = scope;
    this.signature = signature;
  }
}
