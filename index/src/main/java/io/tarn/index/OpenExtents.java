package io.tarn.index;

import io.tarn.store.Blobs;
import io.tarn.store.ByteRange;
import io.tarn.store.Extent;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Payload;
import java.util.ArrayList;
import java.util.List;

/// An open object whose bytes are in blobs. They are opened one by one as they are reached; until
/// this is closed, the garbage collector leaves them alone.
final class OpenExtents implements OpenObject {
  private final ObjectHead head;
  private final List<Section> sections;
  private final Blobs blobs;
  private final Runnable unpin;
  private final List<ExtentSource> sources = new ArrayList<>(1);
  private boolean closed;

  OpenExtents(ObjectHead head, List<Section> sections, Blobs blobs, Runnable unpin) {
    this.head = head;
    this.sections = sections;
    this.blobs = blobs;
    this.unpin = unpin;
  }

  @Override
  public ObjectHead head() {
    return head;
  }

  @Override
  public Payload payload(ByteRange range) {
    return regions(range.first(), range.length());
  }

  @Override
  public Payload payload() {
    return regions(0, head.content().size());
  }

  private Payload regions(long first, long length) {
    List<Extent> pieces = new ArrayList<>();
    long at = 0;
    for (Section section : sections)
      for (Extent extent : section.extents()) {
        long from = Math.max(first, at);
        long to = Math.min(first + length, at + extent.length());
        if (from < to)
          pieces.add(new Extent(extent.blob(), extent.offset() + from - at, to - from));
        at += extent.length();
      }
    var source = new ExtentSource(blobs, pieces);
    sources.add(source);
    return new Payload.Regions(length, source);
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    for (ExtentSource source : sources) source.close();
    unpin.run();
  }
}
