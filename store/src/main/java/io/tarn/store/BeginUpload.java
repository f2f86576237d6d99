package io.tarn.store;

import org.jspecify.annotations.Nullable;

/// Starts a multipart upload. `put.conditions` are unused: they come with the completion.
/// `checksum` is the algorithm the parts will carry, null for none.
public record BeginUpload(
    Put put, TenantId initiator, @Nullable ChecksumAlgorithm checksum, ChecksumType checksumType) {}
