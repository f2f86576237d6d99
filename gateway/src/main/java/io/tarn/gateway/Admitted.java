package io.tarn.gateway;

import io.tarn.store.Bucket;

/// A bucket that a caller may do something in. `byObject`: what an object grants was asked, and
/// must be asked again of the version that is then at hand.
record Admitted(Bucket bucket, boolean byObject) {}
