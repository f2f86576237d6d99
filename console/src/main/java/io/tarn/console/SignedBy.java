package io.tarn.console;

import java.time.Instant;

/// A verified signature over an admin request.
///
/// - `bodyHash`: the SHA-256 that the body must have
record SignedBy(String accessKey, String signature, Instant signedAt, String bodyHash) {}
