package io.tarn.index;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.index.BodyIntake.Received;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Checksum;
import io.tarn.store.Digests;
import io.tarn.store.Extent;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Receipt;
import org.jspecify.annotations.Nullable;

/// Takes bodies in that are here already, without moving their bytes: the copy gets a blob of its
/// own that shares the bytes of the source's (see [Blobs#share]). For the rows it is a blob like
/// any other, with the same order of durable steps as one whose bytes came in (see [BodyIntake]).
///
/// That is possible when the source is exactly what one body brought, for only of that the MD5 and
/// the checksum are known without reading it: an object that was not uploaded in parts, or one part
/// of one that was. Nothing is said of the bytes' health: who reads the copy finds out, as who
/// reads the source does.
final class Sharing {
  private final Blobs blobs;
  private final Pending pending;

  Sharing(Blobs blobs, Pending pending) {
    this.blobs = blobs;
    this.pending = pending;
  }

  /// The body of a copy of all of `source`; null when the bytes have to be copied. A copy of an
  /// object of parts is an object without, so that its MD5 is not known.
  @Nullable Received object(OpenObject source, ChecksumAlgorithm algorithm, Labels.Source label) {
    Stretch stretch = source instanceof OpenExtents extents ? extents.stretch() : null;
    return stretch == null || stretch.isPart() ? null : shared(stretch, algorithm, label);
  }

  /// The body of a part that is what was opened of `source`; null as above.
  @Nullable Received part(OpenObject source, ChecksumAlgorithm algorithm, Labels.Source label) {
    Stretch stretch = source instanceof OpenExtents extents ? extents.stretch() : null;
    return stretch == null ? null : shared(stretch, algorithm, label);
  }

  /// What one body brought, and what it came to.
  record Stretch(Extent extent, boolean isPart, Digests digests) {
    /// Null when it is not known what the bytes of the section come to, or they are not one blob.
    static @Nullable Stretch of(Section section, Digests whole) {
      if (section.extents().size() != 1) return null;
      Part part = section.part();
      return part == null
          ? new Stretch(section.extents().getFirst(), false, whole)
          : new Stretch(
              section.extents().getFirst(), true, new Digests(part.etag(), part.checksum()));
    }

    /// Whether it is a whole blob of which is known where it is, and what is to be known of it.
    boolean hasAll(ChecksumAlgorithm algorithm) {
      Checksum checksum = digests.checksum();
      return extent.offset() == 0
          && extent.blob().volume().isKnown()
          && checksum.isPresent()
          && checksum.algorithm() == algorithm;
    }
  }

  private @Nullable Received shared(
      Stretch stretch, ChecksumAlgorithm algorithm, Labels.Source label) {
    if (!stretch.hasAll(algorithm)) return null;
    BlobAt from = stretch.extent.blob();
    BlobAt blob = blobs.sharing(from, pending.name());
    long size = stretch.extent.length();
    BlobLabel says = label.of(stretch.digests, size);
    Pending.Announced announced = pending.announce(blob);
    boolean arrived = false;
    try {
      announced.await(); // before the blob can be durable
      Receipt receipt = blobs.share(from, blob.id(), says).orElse(null);
      if (receipt == null) return null;
      announced.requireOf(receipt, size);
      arrived = true;
      var body = new Received.Arrived(stretch.digests, size, null, receipt.blob());
      return Received.inBlob(body, pending, announced);
    } finally {
      if (!arrived) pending.discard(announced);
    }
  }
}
