package io.tarn.store;

import java.util.UUID;

/// Which volume a blob is on, in eight bytes: the first half of the volume's identity, a random
/// UUID. Rows from before extents named their volume say [#UNKNOWN]: all volumes are asked then.
public record VolumeId(long bits) {
  public static final VolumeId UNKNOWN = new VolumeId(0);

  public static VolumeId of(UUID identity) {
    long bits = identity.getMostSignificantBits();
    if (bits == 0) throw new IllegalArgumentException("a volume needs a random identity");
    return new VolumeId(bits);
  }

  public boolean isKnown() {
    return bits != 0;
  }

  /// Begins as the identity does.
  @Override
  public String toString() {
    return isKnown() ? new UUID(bits, 0).toString().substring(0, 18) : "unknown";
  }
}
