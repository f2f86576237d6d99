package io.tarn.index;

import io.tarn.store.Blobs;
import io.tarn.store.Extent;
import io.tarn.store.Region;
import io.tarn.store.RegionSource;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Extents one after another. A blob stays open a few extents longer than it is read, because its
/// regions may still be on their way out; not to the end, because an object can have 10,000.
final class ExtentSource implements RegionSource {
  private static final int KEPT_OPEN = 16;

  private final Blobs blobs;
  private final List<Extent> extents;
  private final ArrayDeque<Opened> open = new ArrayDeque<>();
  private int next;
  private boolean closed;

  private record Opened(Blobs.OpenBlob blob, RegionSource source) {
    void close() {
      source.close();
      blob.close();
    }
  }

  ExtentSource(Blobs blobs, List<Extent> extents) {
    this.blobs = blobs;
    this.extents = extents;
  }

  @Override
  public @Nullable Region next() {
    while (!closed) {
      if (!open.isEmpty()) {
        Region region = open.getLast().source.next();
        if (region != null) return region;
      }
      if (next == extents.size()) return null;
      openNext();
    }
    return null;
  }

  private void openNext() {
    Extent extent = extents.get(next++);
    Blobs.OpenBlob blob = blobs.open(extent.blob());
    boolean opened = false;
    try {
      open.addLast(new Opened(blob, blob.read(extent.offset(), extent.length())));
      opened = true;
    } finally {
      if (!opened) blob.close();
    }
    if (open.size() > KEPT_OPEN) open.removeFirst().close();
  }

  @Override
  public void close() {
    closed = true;
    while (!open.isEmpty()) open.removeLast().close();
  }
}
