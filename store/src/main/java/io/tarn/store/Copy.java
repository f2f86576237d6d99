package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
import org.jspecify.annotations.Nullable;

/// A server-side copy. `keepMetadata` and `keepTags` take those of the source, else those of
/// `target` count. `checksum` asks for a checksum of the copy; null keeps the source's algorithm,
/// or is [ChecksumAlgorithm#DEFAULT] if it had none. `tagging` is asked, beside the target's own
/// permit, of what the copy takes the place of, where tags come along with it.
public record Copy(
    Read source,
    Put target,
    boolean keepMetadata,
    boolean keepTags,
    @Nullable ChecksumAlgorithm checksum,
    Permit tagging) {
  public Copy(
      Read source,
      Put target,
      boolean keepMetadata,
      boolean keepTags,
      @Nullable ChecksumAlgorithm checksum) {
    this(source, target, keepMetadata, keepTags, checksum, Permit.ANY);
  }
}
