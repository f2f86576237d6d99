package io.tarn.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tarn.signature.Proof;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.Scope;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Writes aws-chunked bodies, as a client does; signed where it is told what the request proved.
/// What it signs it computes by itself.
final class ChunkSigner {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Proof.@Nullable Signed request;
  private String previous;

  private ChunkSigner(Proof.@Nullable Signed request) {
    this.request = request;
    this.previous = request == null ? "" : request.signature();
  }

  static ChunkSigner signed(Proof proof) {
    return new ChunkSigner((Proof.Signed) proof);
  }

  static ChunkSigner unsigned() {
    return new ChunkSigner(null);
  }

  ChunkSigner chunk(byte[] payload, int from, int to) {
    byte[] bytes = Arrays.copyOfRange(payload, from, to);
    raw(Integer.toHexString(bytes.length));
    if (request != null) raw(";chunk-signature=" + sign(bytes));
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
    if (request != null) raw(";chunk-signature=" + sign(new byte[0]));
    return raw("\r\n");
  }

  ChunkSigner trailer(String name, String value) {
    raw(name + ":" + value + "\r\n");
    return request == null
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
        RequestSigner.contentSha256(new byte[0]) + '\n' + RequestSigner.contentSha256(chunk));
  }

  String signTrailer(String name, String value) {
    byte[] field = (name + ":" + value + "\n").getBytes(ISO_8859_1);
    return advance("AWS4-HMAC-SHA256-TRAILER", RequestSigner.contentSha256(field));
  }

  /// Of a trailer without fields.
  String signNoTrailer() {
    return advance("AWS4-HMAC-SHA256-TRAILER", RequestSigner.contentSha256(new byte[] {'\n'}));
  }

  private String advance(String algorithm, String hash) {
    if (request == null) throw new IllegalStateException("unsigned");
    Scope scope = request.scope();
    byte[] key = ("AWS4" + Draft.SECRET.text()).getBytes(UTF_8);
    for (String part :
        new String[] {scope.day(), scope.region(), scope.service(), "aws4_request"}) {
      key = mac(key, part);
    }
    String time = RequestSigner.amzDate(request.signedAt());
    previous =
        HexFormat.of()
            .formatHex(
                mac(key, String.join("\n", algorithm, time, scope.toString(), previous, hash)));
    return previous;
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(ISO_8859_1));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
