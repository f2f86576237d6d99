package io.tarn.s3;

import java.time.Instant;

/// What a request says about its signature, read but not yet believed.
///
/// @param signedHeaders the names as listed, parted by semicolons @param amzDate the time of
/// signing as it stands in the string to sign
record SignatureClaim(
    Proof.Form form,
    Credential credential,
    String signedHeaders,
    String signature,
    String amzDate,
    Instant signedAt,
    PayloadClaim payload) {

  /// Whether `name` is among the signed headers, without regard to case.
  boolean signs(String name) {
    int length = signedHeaders.length();
    for (int start = 0, end; start <= length; start = end + 1) {
      end = signedHeaders.indexOf(';', start);
      if (end < 0) end = length;
      if (end - start == name.length()
          && signedHeaders.regionMatches(true, start, name, 0, name.length())) return true;
    }
    return false;
  }
}
