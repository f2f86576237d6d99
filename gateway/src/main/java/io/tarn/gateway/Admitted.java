package io.tarn.gateway;

import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;

/// A bucket that a caller may carry this operation out in. `byObject`: what an object is, its ACL
/// or its tags, was asked, and must be asked again of the version that is then at hand.
record Admitted(Call call, S3Operation.OnBucket operation, Bucket bucket, boolean byObject) {}
