package io.tarn.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes aws-chunked bodies, as a client does; signed where it is given a seed.
final class ChunkSigner {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final @Nullable ChunkSeed seed;
  private String previous;

  private ChunkSigner(@Nullable ChunkSeed seed) {
    this.seed = seed;
    this.previous = seed == null ? "" : seed.signature;
  }

  static ChunkSigner signed(Proof proof) {
    return new ChunkSigner(((Proof.Signed) proof).chunks());
  }

  static ChunkSigner unsigned() {
    return new ChunkSigner(null);
  }

  ChunkSigner chunk(byte[] payload, int from, int to) {
    byte[] bytes = Arrays.copyOfRange(payload, from, to);
    raw(Integer.toHexString(bytes.length));
    if (seed != null) raw(";chunk-signature=" + sign(bytes));
    raw("\r\n");
    out.writeBytes(bytes);
    return raw("\r\n");
  }

  /// All of it in chunks of `size`.
  ChunkSigner chunks(byte[] payload, int size) {
    for (int at = 0; at < payload.length; at += size) {
      chunk(payload, at, Math.min(payload.length, at + size));
    }
    return this;
  }

  ChunkSigner last() {
    raw("0");
    if (seed != null) raw(";chunk-signature=" + sign(new byte[0]));
    return raw("\r\n");
  }

  ChunkSigner trailer(String name, String value) {
    raw(name + ":" + value + "\r\n");
    return seed == null
        ? this
        : raw("x-amz-trailer-signature:" + signTrailer(name, value) + "\r\n");
  }

  ChunkSigner raw(String text) {
    out.writeBytes(text.getBytes(ISO_8859_1));
    return this;
  }

  byte[] end() {
    return raw("\r\n").bytes();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  String sign(byte[] chunk) {
    return advance(
        "AWS4-HMAC-SHA256-PAYLOAD",
        SigV4.EMPTY_SHA256 + '\n' + SigV4.hex(HmacSha256.sha256(chunk)));
  }

  String signTrailer(String name, String value) {
    byte[] field = (name + ":" + value + "\n").getBytes(ISO_8859_1);
    return advance("AWS4-HMAC-SHA256-TRAILER", SigV4.hex(HmacSha256.sha256(field)));
  }

  /// Of a trailer without fields.
  String signNoTrailer() {
    return advance("AWS4-HMAC-SHA256-TRAILER", SigV4.hex(HmacSha256.sha256(new byte[] {'\n'})));
  }

  private String advance(String algorithm, String hash) {
    if (seed == null) throw new IllegalStateException("unsigned");
    previous =
        SigV4.sign(
            seed.key,
            algorithm + '\n' + seed.amzDate + '\n' + seed.scope + '\n' + previous + '\n' + hash);
    return previous;
  }
}
