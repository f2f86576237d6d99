package io.tarn.index;

import io.tarn.store.Blobs;
import io.tarn.store.Extent;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import org.jspecify.annotations.Nullable;

/// The bytes of extents one after another: only the blob that is being read is open.
final class ExtentSource implements SliceSource {
  private final Blobs blobs;
  private final ExtentCursor extents;
  private @Nullable Opened open;
  private boolean closed;

  private record Opened(Blobs.OpenBlob blob, SliceSource source) {
    void close() {
      source.close();
      blob.close();
    }
  }

  ExtentSource(Blobs blobs, ExtentCursor extents) {
    this.blobs = blobs;
    this.extents = extents;
  }

  @Override
  public @Nullable Slice next() {
    while (!closed) {
      Slice slice = open == null ? null : open.source.next();
      if (slice != null) return slice;
      closeOpen();
      Extent extent = extents.next();
      if (extent == null) return null;
      open(extent);
    }
    return null;
  }

  private void open(Extent extent) {
    Blobs.OpenBlob blob = blobs.open(extent.blob());
    try {
      open = new Opened(blob, blob.read(extent.offset(), extent.length()));
    } finally {
      if (open == null) blob.close();
    }
  }

  private void closeOpen() {
    Opened before = open;
    open = null;
    if (before != null) before.close();
  }

  @Override
  public void close() {
    closed = true;
    closeOpen();
  }
}
