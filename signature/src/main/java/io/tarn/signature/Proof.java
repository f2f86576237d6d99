package io.tarn.signature;

import java.time.Instant;

/// What a request has proved about its sender before anything else is done with it.
public sealed interface Proof {
  PayloadClaim payload();

  /// Nothing: whoever sent it is allowed what everybody is.
  record Anonymous(PayloadClaim payload) implements Proof {}

  /// That the holder of this access key signed exactly this request. `chunks` verifies what is
  /// signed later, in the body.
  record Signed(
      String accessKeyId,
      Scope scope,
      Form form,
      Instant signedAt,
      PayloadClaim payload,
      ChunkSeed chunks)
      implements Proof {
    /// The signature, as 64 hexadecimal digits: no other request has the same.
    public String signature() {
      return chunks.signature;
    }
  }

  /// That the holder of this access key signed a URL for this method, path and these `x-amz-`
  /// headers, with Signature Version 2. That does not cover all of the query, nor the host.
  record PresignedV2(String accessKeyId, PayloadClaim payload) implements Proof {}

  /// Where the signature stood.
  enum Form {
    HEADER,
    QUERY
  }
}
