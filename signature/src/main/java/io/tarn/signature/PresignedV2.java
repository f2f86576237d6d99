package io.tarn.signature;

import io.tarn.request.Numbers;
import io.tarn.request.Query;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Failure.Detail;
import io.tarn.request.S3Request;
import java.time.Instant;

/// What a URL presigned with Signature Version 2 says about its signature, read but not yet
/// believed ("Query string request authentication alternative" in "Signing and authenticating REST
/// requests").
///
/// - `expires`: the last second it is good for since 1970, as it stands in the string to sign
record PresignedV2(String accessKeyId, String signature, String expires) {
  static final String ACCESS_KEY_ID = "AWSAccessKeyId";
  static final String SIGNATURE = "Signature";
  static final String EXPIRES = "Expires";

  /// As far as a clock can be set: the end of the year 9999.
  private static final long LATEST = 253_402_300_799L;

  static PresignedV2 read(S3Request request, Instant now) {
    Query query = request.query();
    var claim =
        new PresignedV2(
            required(query, ACCESS_KEY_ID), required(query, SIGNATURE), required(query, EXPIRES));
    Instant end = claim.end();
    if (now.isBefore(end)) return claim;
    throw new S3Failure(
        S3Error.ACCESS_DENIED,
        "Request has expired",
        new Detail(EXPIRES, end.toString()),
        new Detail("ServerTime", now.toString()));
  }

  private static String required(Query query, String name) {
    String value = "";
    for (int i = 0, size = query.size(), seen = 0; i < size; i++) {
      if (!query.name(i).equals(name)) continue;
      if (seen++ > 0) throw refused("More than one " + name + " parameter.");
      value = query.value(i);
    }
    if (!value.isEmpty()) return value;
    throw refused(
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId"
            + " parameters");
  }

  private Instant end() {
    long seconds = 0;
    for (int i = 0; i < expires.length(); i++) {
      int digit = expires.charAt(i) - '0';
      if (digit < 0 || digit > 9) throw notATime();
      seconds = seconds * 10 + digit;
      if (seconds > LATEST) throw notATime();
    }
    return Instant.ofEpochSecond(seconds);
  }

  private S3Failure notATime() {
    return refused("Invalid date (should be seconds since epoch): " + Numbers.abbreviated(expires));
  }

  private static S3Failure refused(String message) {
    return new S3Failure(S3Error.ACCESS_DENIED, message);
  }
}
