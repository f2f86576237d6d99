package io.tarn.signature;

import io.tarn.request.Query;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Failure.Detail;
import io.tarn.request.S3Request;
import io.tarn.request.Singleton;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads a signature out of the query of a presigned URL ("Authenticating Requests: Using Query
/// Parameters" in the S3 API reference).
final class QuerySignature {
  static final String ALGORITHM = "X-Amz-Algorithm";
  static final String CREDENTIAL = "X-Amz-Credential";
  static final String DATE = "X-Amz-Date";
  static final String EXPIRES = "X-Amz-Expires";
  static final String SIGNED_HEADERS = "X-Amz-SignedHeaders";
  static final String SIGNATURE = CanonicalRequest.SIGNATURE_PARAMETER;
  static final String CONTENT_SHA256 = "X-Amz-Content-Sha256";

  /// The same, as older clients spell it.
  static final String CONTENT_SHA256_TOO = "X-Amz-Content-SHA256";
  static final long LONGEST = 604_800;

  private QuerySignature() {}

  static SignatureClaim read(S3Request request, SigningRules rules, Instant now) {
    Query query = request.query();
    String algorithm = required(query, ALGORITHM);
    if (algorithm.startsWith("AWS4-ECDSA-P256-SHA256")) throw S3Failure.notImplemented(ALGORITHM);
    if (!algorithm.equals(SigV4.ALGORITHM)) {
      throw bad("X-Amz-Algorithm only supports \"" + SigV4.ALGORITHM + "\"");
    }
    String signature = required(query, SIGNATURE);
    String names = required(query, SIGNED_HEADERS);
    String amzDate = required(query, DATE);
    String expires = required(query, EXPIRES);
    CredentialScope credential =
        CredentialScope.parse(required(query, CREDENTIAL), Proof.Form.QUERY, rules);
    SignedHeaders signedHeaders = SignedHeaders.parse(names, Proof.Form.QUERY);

    Instant signedAt = AmzDate.parse(amzDate);
    if (signedAt == null) {
      throw bad("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
    }
    credential.checkDay(amzDate, Proof.Form.QUERY);
    checkTime(signedAt, seconds(expires), now, rules);
    return new SignatureClaim(
        Proof.Form.QUERY,
        credential,
        signedHeaders,
        signature,
        amzDate,
        signedAt,
        payload(request));
  }

  private static String required(Query query, String name) {
    String value = single(query, name);
    if (value != null && !value.isEmpty()) return value;
    throw bad(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
            + " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }

  private static @Nullable String single(Query query, String name) {
    String value = null;
    for (int i = 0, size = query.size(); i < size; i++) {
      if (!query.name(i).equals(name)) continue;
      if (value != null) throw bad("More than one " + name + " parameter.");
      value = query.value(i);
    }
    return value;
  }

  private static long seconds(String expires) {
    boolean negative = expires.startsWith("-");
    int start = negative ? 1 : 0;
    if (start == expires.length()) throw bad("X-Amz-Expires should be a number");
    long value = 0;
    for (int i = start; i < expires.length(); i++) {
      int digit = expires.charAt(i) - '0';
      if (digit < 0 || digit > 9) throw bad("X-Amz-Expires should be a number");
      value = Math.min(value * 10 + digit, LONGEST + 1);
    }
    if (negative) throw bad("X-Amz-Expires must be non-negative");
    if (value > LONGEST) {
      throw bad("X-Amz-Expires must be less than a week (in seconds) that is 604800");
    }
    return value;
  }

  /// Good from the moment of signing, for exactly that many seconds.
  private static void checkTime(Instant signedAt, long seconds, Instant now, SigningRules rules) {
    if (signedAt.isAfter(now.plus(rules.patience()))) {
      throw new S3Failure(
          S3Error.ACCESS_DENIED,
          "Request is not valid yet",
          new Detail("X-Amz-Date", signedAt.toString()),
          new Detail("ServerTime", now.toString()));
    }
    Instant end = signedAt.plusSeconds(seconds);
    if (now.isBefore(end)) return;
    throw new S3Failure(
        S3Error.ACCESS_DENIED,
        "Request has expired",
        new Detail("X-Amz-Expires", Long.toString(seconds)),
        new Detail("Expires", end.toString()),
        new Detail("ServerTime", now.toString()));
  }

  /// Whoever signs a URL seldom knows the bytes: unsigned unless the URL or a signed header says
  /// otherwise.
  private static PayloadClaim payload(S3Request request) {
    String header = Singleton.header(request.headers(), PayloadClaim.HEADER);
    String parameter = single(request.query(), CONTENT_SHA256);
    if (parameter == null) parameter = single(request.query(), CONTENT_SHA256_TOO);
    if (parameter == null) parameter = "";
    if (!header.isEmpty() && !parameter.isEmpty() && !header.equals(parameter)) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "The header and the query disagree about " + PayloadClaim.HEADER);
    }
    String word = header.isEmpty() ? parameter : header;
    return word.isEmpty() ? PayloadClaim.UNSIGNED : PayloadClaim.parseUnsigned(word);
  }

  private static S3Failure bad(String message) {
    return new S3Failure(S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR, message);
  }
}
