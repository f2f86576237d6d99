package io.tarn.signature;

import java.time.Instant;

/// What a request says about its signature, read but not yet believed.
///
/// - `amzDate`: the time of signing as it stands in the string to sign
record SignatureClaim(
    Proof.Form form,
    CredentialScope credential,
    SignedHeaders signedHeaders,
    String signature,
    String amzDate,
    Instant signedAt,
    PayloadClaim payload) {}
