package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
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
    ChecksumType checksumType) {

  /// The algorithm that its parts keep.
  public ChecksumAlgorithm partChecksum() {
    return checksum == null ? ChecksumAlgorithm.DEFAULT : checksum;
  }

  /// What anybody is told of a part's checksum: nothing where the upload has no algorithm.
  public Checksum shown(Part part) {
    return checksum == null ? Checksum.NONE : part.checksum();
  }
}
