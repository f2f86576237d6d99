package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Frames bodies as aws-chunked and signs the chunks, as "Transferring Payload in Multiple Chunks"
/// and "Signature calculations for trailing headers" of the S3 API reference say; written a second
/// time, so that the server is not its own judge.
final class Chunks {
  private static final String EMPTY = RequestSigner.contentSha256(new byte[0]);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final byte[] key;
  private final String date;
  private final String scope;
  private String previous;

  private Chunks(SecretKey secret, String amzDate, String seed) {
    date = amzDate;
    String day = amzDate.substring(0, 8);
    scope = day + "/" + TestServer.REGION + "/s3/aws4_request";
    byte[] step = ("AWS4" + secret.text()).getBytes(UTF_8);
    for (String word : new String[] {day, TestServer.REGION, "s3", "aws4_request"}) {
      step = mac(step, word);
    }
    key = step;
    previous = seed;
  }

  static byte[] signed(String who, Draft signedDraft, byte[] payload, String trailer) {
    String authorization = value(signedDraft, "Authorization");
    String seed = authorization.substring(authorization.indexOf("Signature=") + 10);
    var secret = new SecretKey(TestServer.Crowd.password(who), 1);
    var chunks = new Chunks(secret, value(signedDraft, "x-amz-date"), seed);
    if (payload.length > 0) chunks.chunk(payload);
    chunks.write("0;chunk-signature=" + chunks.sign(new byte[0]) + "\r\n");
    if (!trailer.isEmpty()) {
      chunks.write(trailer + "\r\n");
      chunks.write("x-amz-trailer-signature:" + chunks.signTrailer(trailer + "\n") + "\r\n");
    }
    chunks.write("\r\n");
    return chunks.out.toByteArray();
  }

  static byte[] unsigned(byte[] payload, String trailer) {
    var out = new ByteArrayOutputStream();
    if (payload.length > 0) {
      out.writeBytes((Integer.toHexString(payload.length) + "\r\n").getBytes(UTF_8));
      out.writeBytes(payload);
      out.writeBytes("\r\n".getBytes(UTF_8));
    }
    out.writeBytes(("0\r\n" + trailer + "\r\n\r\n").getBytes(UTF_8));
    return out.toByteArray();
  }

  private static String value(Draft draft, String name) {
    return draft.headers.get(draft.headers.indexOf(name) + 1);
  }

  private void chunk(byte[] payload) {
    write(Integer.toHexString(payload.length) + ";chunk-signature=" + sign(payload) + "\r\n");
    out.writeBytes(payload);
    write("\r\n");
  }

  private void write(String text) {
    out.writeBytes(text.getBytes(UTF_8));
  }

  private String sign(byte[] chunk) {
    return next("AWS4-HMAC-SHA256-PAYLOAD", EMPTY + "\n" + RequestSigner.contentSha256(chunk));
  }

  private String signTrailer(String trailer) {
    return next("AWS4-HMAC-SHA256-TRAILER", RequestSigner.contentSha256(trailer.getBytes(UTF_8)));
  }

  private String next(String algorithm, String hashes) {
    String text = String.join("\n", algorithm, date, scope, previous, hashes);
    previous = HexFormat.of().formatHex(mac(key, text));
    return previous;
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
