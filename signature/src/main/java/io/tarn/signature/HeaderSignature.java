package io.tarn.signature;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.request.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a signature out of the `Authorization` header ("Authenticating Requests: Using the
/// Authorization Header" in the S3 API reference).
final class HeaderSignature {
  private static final String NEEDS_THREE =
      "the authorization header requires three components: Credential, SignedHeaders, and"
          + " Signature.";

  private @Nullable String credential;
  private @Nullable String signedHeaders;
  private @Nullable String signature;

  private HeaderSignature() {}

  static SignatureClaim read(S3Request request, SigningRules rules, Instant now) {
    var parts = new HeaderSignature();
    parts.split(Singleton.header(request.headers(), "authorization"));
    if (parts.credential == null || parts.signedHeaders == null || parts.signature == null) {
      throw malformed(NEEDS_THREE);
    }
    CredentialScope credential = CredentialScope.parse(parts.credential, Proof.Form.HEADER, rules);
    if (parts.signedHeaders.isEmpty()) throw malformed("the SignedHeaders are empty.");
    SignedHeaders signedHeaders = SignedHeaders.parse(parts.signedHeaders, Proof.Form.HEADER);

    Instant signedAt = timeOf(request.headers());
    String amzDate = AmzDate.format(signedAt);
    credential.checkDay(amzDate, Proof.Form.HEADER);
    checkSkew(signedAt, now, rules.patience(), amzDate);

    String word = Singleton.header(request.headers(), PayloadClaim.HEADER);
    if (word.isEmpty()) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "Missing required header for this request: " + PayloadClaim.HEADER);
    }
    return new SignatureClaim(
        Proof.Form.HEADER,
        credential,
        signedHeaders,
        parts.signature,
        amzDate,
        signedAt,
        PayloadClaim.parse(word));
  }

  /// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, in any order.
  private void split(String authorization) {
    int length = authorization.length();
    int start = SigV4.ALGORITHM.length();
    if (start >= length) throw malformed(NEEDS_THREE);
    for (int end; start <= length; start = end + 1) {
      end = authorization.indexOf(',', start);
      if (end < 0) end = length;
      String part = authorization.substring(start, end).strip();
      int equals = part.indexOf('=');
      if (equals < 0) throw malformed(NEEDS_THREE);
      take(part.substring(0, equals), part.substring(equals + 1));
    }
  }

  private void take(String name, String value) {
    switch (name) {
      case "Credential" -> credential = once(credential, value);
      case "SignedHeaders" -> signedHeaders = once(signedHeaders, value);
      case "Signature" -> signature = once(signature, value);
      default -> throw malformed(NEEDS_THREE);
    }
  }

  private static String once(@Nullable String before, String value) {
    if (before != null) throw malformed("a component is given twice.");
    return value;
  }

  private static Instant timeOf(RequestHeaders headers) {
    List<String> amz = headers.all("x-amz-date");
    Instant time = null;
    if (amz.size() == 1) time = AmzDate.parse(amz.getFirst().strip());
    if (amz.isEmpty()) time = AmzDate.parseHttpDate(Singleton.header(headers, "date"));
    if (time != null) return time;
    throw new S3Failure(
        S3Error.ACCESS_DENIED, "AWS authentication requires a valid Date or x-amz-date header");
  }

  private static void checkSkew(Instant signedAt, Instant now, Duration patience, String amzDate) {
    if (Duration.between(signedAt, now).abs().compareTo(patience) <= 0) return;
    throw new S3Failure(
        S3Error.REQUEST_TIME_TOO_SKEWED,
        S3Error.REQUEST_TIME_TOO_SKEWED.message(),
        new S3Failure.Detail("RequestTime", amzDate),
        new S3Failure.Detail("ServerTime", now.toString()),
        new S3Failure.Detail("MaxAllowedSkewMilliseconds", Long.toString(patience.toMillis())));
  }

  private static S3Failure malformed(String how) {
    return CredentialScope.malformed(Proof.Form.HEADER, how);
  }
}
