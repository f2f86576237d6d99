package io.tarn.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/// The arithmetic of AWS Signature Version 4 ("Authenticating Requests" in the S3 API reference):
/// string to sign, signing key, signature. Strings have one char per byte.
final class SigV4 {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
  static final String EMPTY_SHA256 =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final HexFormat HEX = HexFormat.of();

  private SigV4() {}

  static HmacSha256 signingKey(String secret, Scope scope) {
    byte[] day = new HmacSha256(("AWS4" + secret).getBytes(UTF_8)).mac(bytes(scope.day()));
    byte[] region = new HmacSha256(day).mac(bytes(scope.region()));
    byte[] service = new HmacSha256(region).mac(bytes(scope.service()));
    return new HmacSha256(new HmacSha256(service).mac(bytes(Scope.TERMINATOR)));
  }

  static String stringToSign(String amzDate, String scope, CharSequence canonicalRequest) {
    String hash = hex(HmacSha256.sha256(bytes(canonicalRequest.toString())));
    return ALGORITHM + '\n' + amzDate + '\n' + scope + '\n' + hash;
  }

  static String sign(HmacSha256 key, String stringToSign) {
    return hex(key.mac(bytes(stringToSign)));
  }

  static String hex(byte[] value) {
    return HEX.formatHex(value);
  }

  static byte[] bytes(String onePerByte) {
    return onePerByte.getBytes(ISO_8859_1);
  }
}
