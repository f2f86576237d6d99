package io.tarn.disk;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs.OpenBlob;
import io.tarn.store.Region;
import io.tarn.store.RegionSource;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/// Reads every blob of a volume and checks every byte, a page of names at a time. It repairs
/// nothing: it tells. Pure but for the reads: the caller decides when and how fast, by what it does
/// between pages.
public final class Scrubber {
  private final Volume volume;
  private final Consumer<Finding> findings;
  private String position = "";

  /// A blob that cannot be served, and why.
  public record Finding(Volume volume, BlobId blob, String problem) {}

  /// What a page came to. `done` when the last name was passed; the next page starts over.
  public record Progress(int blobs, long bytes, boolean done) {}

  public Scrubber(Volume volume, Consumer<Finding> findings) {
    this.volume = volume;
    this.findings = findings;
  }

  public Progress page(int limit) {
    List<BlobId> page = volume.list(position, limit);
    long bytes = 0;
    for (BlobId id : page) bytes += check(id);
    boolean done = page.size() < limit;
    position = done ? "" : page.getLast().text();
    return new Progress(page.size(), bytes, done);
  }

  private long check(BlobId id) {
    try (OpenBlob blob = volume.open(new BlobAt(id, volume.volumeId()));
        RegionSource regions = blob.read(0, blob.length())) {
      for (Region region = regions.next(); region != null; region = regions.next()) check(region);
      return blob.length();
    } catch (StoreFailure.Corrupt e) {
      if (volume.holds(id))
        findings.accept(new Finding(volume, id, String.valueOf(e.getMessage())));
      return 0; // deleted since it was listed, or told
    }
  }

  /// Reading it is what checks it.
  private static void check(Region region) {
    if (!(region instanceof Region.Stored(var stored, var offset, var length))) return;
    ByteBuffer buffer = CheckBuffers.take();
    try {
      long end = offset + length;
      for (long next = offset; next < end; next += buffer.remaining()) stored.read(next, buffer);
    } finally {
      CheckBuffers.give(buffer);
    }
  }
}
