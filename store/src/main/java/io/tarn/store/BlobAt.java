package io.tarn.store;

/// A blob and the volume it is on.
public record BlobAt(BlobId id, VolumeId volume) {
  @Override
  public String toString() {
    return volume.isKnown() ? id + " on volume " + volume : id.toString();
  }
}
