package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
import org.jspecify.annotations.Nullable;

/// Starts a multipart upload. `put.conditions` are unused: they come with the completion.
/// `checksum` is the algorithm the parts will carry, and the object after them. Where it is null,
/// parts that carry [ChecksumAlgorithm#DEFAULT] give the object a checksum all the same; it is not
/// theirs to be named or shown by.
public record BeginUpload(
    Put put, TenantId initiator, @Nullable ChecksumAlgorithm checksum, ChecksumType checksumType) {}
