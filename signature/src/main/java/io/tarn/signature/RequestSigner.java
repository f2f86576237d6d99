package io.tarn.signature;

import io.tarn.request.Percent;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Signs requests with one access key for one service and region: the client's side, for the
/// command line, the bench and the tests. Thread-safe.
public final class RequestSigner {
  private final String accessKeyId;
  private final SecretKey secret;
  private final Service service;
  private final String region;
  private final SigningKeys keys = new SigningKeys(8);

  public RequestSigner(String accessKeyId, SecretKey secret, String region) {
    this(Service.S3, accessKeyId, secret, region);
  }

  public RequestSigner(Service service, String accessKeyId, SecretKey secret, String region) {
    this.service = service;
    this.accessKeyId = accessKeyId;
    this.secret = secret;
    this.region = region;
  }

  /// A URL that is good for `validity` (1 second to 7 days) from `now`.
  ///
  /// - `endpoint`: scheme, host and port, such as `http://127.0.0.1:9000`
  /// - `path`: decoded, starting with `/`
  /// - `parameters`: further query parameters, names and values alternately, decoded
  public String presignedUrl(
      String method,
      String endpoint,
      String path,
      Instant now,
      Duration validity,
      String... parameters) {
    Scope scope = scopeOf(AmzDate.format(now));
    var query = new StringBuilder(256);
    for (int i = 0; i < parameters.length; i += 2) append(query, parameters[i], parameters[i + 1]);
    append(query, QuerySignature.ALGORITHM, SigV4.ALGORITHM);
    append(query, QuerySignature.CREDENTIAL, accessKeyId + '/' + scope);
    append(query, QuerySignature.DATE, AmzDate.format(now));
    append(query, QuerySignature.EXPIRES, Long.toString(validity.toSeconds()));
    append(query, QuerySignature.SIGNED_HEADERS, "host");
    String target = Percent.encode(path, true) + '?' + query;
    String host = endpoint.substring(endpoint.indexOf("://") + 3);
    S3Request request = S3Request.of(method, target, RequestHeaders.of("host", host), List.of());
    String signature = sign(request, "host", AmzDate.format(now), SigV4.UNSIGNED_PAYLOAD);
    return endpoint + target + '&' + QuerySignature.SIGNATURE + '=' + signature;
  }

  /// The value of the `Authorization` header. The request must hold all its other headers,
  /// `x-amz-date` and `x-amz-content-sha256` among them; every one of them is signed but those that
  /// proxies change.
  public String authorization(S3Request request) {
    String amzDate = request.header("x-amz-date");
    String signedHeaders = namesToSign(request.headers());
    String signature = sign(request, signedHeaders, amzDate, request.header(PayloadClaim.HEADER));
    return SigV4.ALGORITHM
        + " Credential="
        + accessKeyId
        + '/'
        + scopeOf(amzDate)
        + ", SignedHeaders="
        + signedHeaders
        + ", Signature="
        + signature;
  }

  /// The time as the `x-amz-date` header says it.
  public static String amzDate(Instant time) {
    return AmzDate.format(time);
  }

  /// The SHA-256 of a body as the `x-amz-content-sha256` header says it.
  public static String contentSha256(byte[] body) {
    return SigV4.hex(HmacSha256.sha256(body));
  }

  private String sign(S3Request request, String signedHeaders, String amzDate, String payloadHash) {
    Scope scope = scopeOf(amzDate);
    String canonical = CanonicalRequest.of(request, new SignedHeaders(signedHeaders), payloadHash);
    return SigV4.sign(
        keys.get(accessKeyId, secret, scope),
        SigV4.stringToSign(amzDate, scope.toString(), canonical));
  }

  private Scope scopeOf(String amzDate) {
    return new Scope(amzDate.substring(0, 8), region, service.word());
  }

  private static String namesToSign(RequestHeaders headers) {
    var names = new ArrayList<String>();
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i).toLowerCase(Locale.ROOT);
      boolean changes =
          switch (name) {
            case "authorization", "connection", "expect", "transfer-encoding", "user-agent" -> true;
            default -> false;
          };
      if (!changes && !names.contains(name)) names.add(name);
    }
    names.sort(null);
    return String.join(";", names);
  }

  private static void append(StringBuilder query, String name, String value) {
    if (!query.isEmpty()) query.append('&');
    Percent.encode(name, false, query);
    query.append('=');
    Percent.encode(value, false, query);
  }
}
