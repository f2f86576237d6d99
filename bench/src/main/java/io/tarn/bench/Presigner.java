package io.tarn.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs request targets by query (AWS Signature Version 4, `UNSIGNED-PAYLOAD`, signed header
/// `host` only), for one host and one instant. Not safe for use by several threads: the hash states
/// are reused.
final class Presigner {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final HexFormat HEX = HexFormat.of();

  private final String authority;
  private final String stamp;
  private final String scope;
  private final Map<String, String> constants;
  private final MessageDigest sha256;
  private final Mac mac;

  Presigner(Credentials credentials, String authority, Instant at, Duration validFor) {
    this.authority = authority;
    this.stamp = STAMP.format(at);
    String day = stamp.substring(0, 8);
    this.scope = day + "/" + credentials.region() + "/s3/aws4_request";
    this.constants =
        Map.of(
            "X-Amz-Algorithm",
            "AWS4-HMAC-SHA256",
            "X-Amz-Credential",
            credentials.accessKey() + "/" + scope,
            "X-Amz-Date",
            stamp,
            "X-Amz-Expires",
            Long.toString(validFor.toSeconds()),
            "X-Amz-SignedHeaders",
            "host");
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
      mac = Mac.getInstance("HmacSHA256");
      byte[] key = ("AWS4" + credentials.secretKey()).getBytes(UTF_8);
      for (String step : new String[] {day, credentials.region(), "s3", "aws4_request"}) {
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        key = mac.doFinal(step.getBytes(UTF_8));
      }
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks an algorithm every JVM has", e);
    }
  }

  /// The request target, path and query, with its signature. `path` and the query's names and
  /// values are plain text.
  String sign(String method, String path, Map<String, String> query) {
    var parameters = new TreeMap<>(constants);
    parameters.putAll(query);
    String canonicalPath = UrlText.path(path);
    String canonicalQuery = UrlText.query(parameters);
    String request =
        method
            + "\n"
            + canonicalPath
            + "\n"
            + canonicalQuery
            + "\nhost:"
            + authority
            + "\n\nhost\nUNSIGNED-PAYLOAD";
    String digest = HEX.formatHex(sha256.digest(request.getBytes(UTF_8)));
    String toSign = "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + digest;
    String signature = HEX.formatHex(mac.doFinal(toSign.getBytes(UTF_8)));
    return canonicalPath + "?" + canonicalQuery + "&X-Amz-Signature=" + signature;
  }
}
