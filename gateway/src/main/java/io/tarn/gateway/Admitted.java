package io.tarn.gateway;

import io.tarn.identity.Demand;
import io.tarn.identity.Policy;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import java.util.List;

/// A bucket that a caller may carry this operation out in, as far as that can be said before the
/// object is at hand.
///
/// `policy` is the bucket's that it was admitted by, `demands` are those that are about this
/// bucket, and `open` those of them that the version or upload at hand decides ([Permits]).
record Admitted(
    Call call,
    S3Operation.InBucket operation,
    Bucket bucket,
    Policy policy,
    List<Demand> demands,
    List<Demand> open) {}
