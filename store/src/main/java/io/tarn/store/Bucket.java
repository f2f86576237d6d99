package io.tarn.store;

import java.time.Instant;

/// A bucket as it was found. `id` names the incarnation: a bucket deleted and created again has
/// another, so nothing of the old one is ever seen in the new. `revision` changes with every change
/// of this record; a write made with a stale one is decided anew by the store, never applied under
/// rules that no longer hold.
public record Bucket(
    BucketName name,
    long id,
    long revision,
    TenantId owner,
    String region,
    Instant created,
    Versioning versioning) {}
