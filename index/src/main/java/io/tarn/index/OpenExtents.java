package io.tarn.index;

import io.tarn.store.Blobs;
import io.tarn.store.ByteRange;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
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
  private final ContentRange slice;
  private final SectionPages pages;
  private final Blobs blobs;
  private final Runnable unpin;
  private final List<ExtentSource> sources = new ArrayList<>(1);
  private boolean closed;

  OpenExtents(
      ObjectHead head, ContentRange slice, SectionPages pages, Blobs blobs, Runnable unpin) {
    this.head = head;
    this.slice = slice;
    this.pages = pages;
    this.blobs = blobs;
    this.unpin = unpin;
  }

  @Override
  public ObjectHead head() {
    return head;
  }

  @Override
  public ContentRange slice() {
    return slice;
  }

  @Override
  public List<Part> parts() {
    return pages.parts();
  }

  /// What one body brought, if the slice is exactly that.
  Sharing.@Nullable Stretch stretch() {
    Section section = pages.section(first(), slice.length());
    if (section == null) return null;
    Content whole = head.content();
    return Sharing.Stretch.of(section, new Digests(whole.etag(), whole.checksum()));
  }

  @Override
  public Payload payload() {
    long first = first();
    var source = new ExtentSource(blobs, new ExtentCursor(pages, first, first + slice.length()));
    sources.add(source);
    return new Payload.Slices(slice.length(), source);
  }

  private long first() {
    ByteRange range = slice.range();
    return range == null ? 0 : range.first();
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    for (ExtentSource source : sources) source.close();
    unpin.run();
  }
}
