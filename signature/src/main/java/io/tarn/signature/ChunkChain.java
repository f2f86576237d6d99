package io.tarn.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tarn.request.S3Error;
import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// The chain of signatures over the chunks of a body ("Signature Calculations for the Authorization
/// Header: Transferring Payload in Multiple Chunks" in the S3 API reference): each covers its chunk
/// and the signature before, so that none can be left out, repeated, reordered or taken from
/// another body.
public final class ChunkChain {
  private final ChunkSeed seed;
  private final MessageDigest chunk = HmacSha256.start();
  private String previous;

  public ChunkChain(ChunkSeed seed) {
    this.seed = seed;
    this.previous = seed.signature;
  }

  public void update(ByteBuffer piece) {
    chunk.update(piece.duplicate());
  }

  /// Ends a chunk; fails unless `signature` is what the key's holder would have written.
  public void endChunk(String signature) {
    String hash = SigV4.hex(chunk.digest());
    advance(head("AWS4-HMAC-SHA256-PAYLOAD") + SigV4.EMPTY_SHA256 + '\n' + hash, signature);
  }

  /// `fields` as they were signed: each in lower case with a colon, the value and a line feed.
  public void endTrailer(String fields, String signature) {
    String hash = SigV4.hex(HmacSha256.sha256(SigV4.bytes(fields)));
    advance(head("AWS4-HMAC-SHA256-TRAILER") + hash, signature);
  }

  private String head(String algorithm) {
    return algorithm + '\n' + seed.amzDate + '\n' + seed.scope + '\n' + previous + '\n';
  }

  private void advance(String stringToSign, String signature) {
    String expected = SigV4.sign(seed.key, stringToSign);
    if (!MessageDigest.isEqual(SigV4.bytes(expected), signature.getBytes(ISO_8859_1))) {
      throw new Invalid(Reason.CHUNK_SIGNATURE, S3Error.SIGNATURE_DOES_NOT_MATCH.message())
          .with("StringToSign", stringToSign)
          .with("SignatureProvided", signature);
    }
    previous = expected;
  }
}
