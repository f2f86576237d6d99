package io.tarn.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// A blob and its holders: the volumes that have its bytes, each all of them. Most blobs have one.
///
/// - `volume`: the holder that is asked first; unknown in rows of old, and then the only one
/// - `others`: the holders that are asked when that one does not have the bytes whole
public record BlobAt(BlobId id, VolumeId volume, List<VolumeId> others) {
  /// Most holders that a blob can have.
  public static final int MOST_HOLDERS = 32;

  public BlobAt {
    others = List.copyOf(others);
    if (!others.isEmpty()) requireHolders(volume, others);
  }

  /// A blob on one volume.
  public BlobAt(BlobId id, VolumeId volume) {
    this(id, volume, List.of());
  }

  private static void requireHolders(VolumeId first, List<VolumeId> others) {
    var different = new HashSet<>(others);
    different.add(first);
    boolean sound =
        different.size() == 1 + others.size()
            && different.size() <= MOST_HOLDERS
            && !different.contains(VolumeId.UNKNOWN);
    if (!sound) throw new IllegalArgumentException("holders that a blob cannot have: " + different);
  }

  /// All of them, in the order in which they are asked.
  public List<VolumeId> holders() {
    if (others.isEmpty()) return List.of(volume);
    var all = new ArrayList<VolumeId>(1 + others.size());
    all.add(volume);
    all.addAll(others);
    return all;
  }

  @Override
  public String toString() {
    if (!volume.isKnown()) return id.toString();
    return others.isEmpty() ? id + " on volume " + volume : id + " on volumes " + holders();
  }
}
