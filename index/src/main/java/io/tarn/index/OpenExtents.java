package io.tarn.index;

import io.tarn.store.Blobs;
import io.tarn.store.ByteRange;
import io.tarn.store.Content;
import io.tarn.store.Digests;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An open object whose bytes are in blobs. They are opened one by one as they are reached, and so
/// is the list of them; until this is closed, the garbage collector leaves both alone.
final class OpenExtents implements OpenObject {
  private final ObjectHead head;
  private final SectionPages pages;
  private final Blobs blobs;
  private final Runnable unpin;
  private final List<ExtentSource> sources = new ArrayList<>(1);
  private boolean closed;

  OpenExtents(ObjectHead head, SectionPages pages, Blobs blobs, Runnable unpin) {
    this.head = head;
    this.pages = pages;
    this.blobs = blobs;
    this.unpin = unpin;
  }

  @Override
  public ObjectHead head() {
    return head;
  }

  @Override
  public List<Part> parts() {
    return pages.parts();
  }

  /// What one body brought, if the range, or all of the object when that is null, is exactly that.
  Sharing.@Nullable Stretch stretch(@Nullable ByteRange range) {
    long size = head.content().size();
    long first = range == null ? 0 : range.first();
    long length = range == null ? size : range.length();
    Section section = pages.section(first, length);
    if (section == null) return null;
    Content whole = head.content();
    return Sharing.Stretch.of(section, new Digests(whole.etag(), whole.checksum()));
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
    var source = new ExtentSource(blobs, new ExtentCursor(pages, first, first + length));
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
