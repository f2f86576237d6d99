package io.tarn.store;

/// A bucket to create. An empty region means that of the node asked.
public record CreateBucket(BucketName name, TenantId owner, String region) {}
