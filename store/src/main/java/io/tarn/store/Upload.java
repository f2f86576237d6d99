package io.tarn.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A multipart upload in progress.
public record Upload(
    Key key,
    UploadId id,
    TenantId owner,
    TenantId initiator,
    Instant initiated,
    @Nullable ChecksumAlgorithm checksum,
    ChecksumType checksumType) {}
