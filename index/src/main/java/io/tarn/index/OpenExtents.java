package io.tarn.index;

import io.tarn.store.Blobs;
import io.tarn.store.ByteRange;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import io.tarn.store.Digests;
import io.tarn.store.Extent;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import java.util.ArrayDeque;
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

  /// The bytes of extents one after another: only the blob that is being read is open.
  static final class ExtentSource implements SliceSource {
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

  /// The extents of a stretch of an object, in order. Only a few are held at a time, for they are
  /// held for as long as a client takes to read them, and an object can have ten thousand: a page
  /// of them is read again rather than kept.
  static final class ExtentCursor {
    /// With parts as small as S3 lets them be, 160 MiB.
    private static final int HELD = 32;

    private final SectionPages pages;
    private final long first;
    private final long end;
    private final ArrayDeque<Extent> held = new ArrayDeque<>();

    private int page;

    /// How many extents of the page are behind us.
    private int passed;

    /// Where in the object the next one begins.
    private long at;

    /// From `first`, up to and without `end`.
    ExtentCursor(SectionPages pages, long first, long end) {
      this.pages = pages;
      this.first = first;
      this.end = end;
      SectionPages.Place place = pages.find(first);
      page = place.page();
      at = place.start();
    }

    /// The next one, cut to what was asked for; null at the end.
    @Nullable Extent next() {
      while (held.isEmpty() && at < end && page < pages.count()) fill();
      return held.poll();
    }

    private void fill() {
      int number = 0;
      for (Section section : pages.page(page)) {
        for (Extent extent : section.extents()) {
          if (number++ < passed) continue;
          if (held.size() == HELD || at >= end) return;
          take(extent);
          passed++;
        }
      }
      page++;
      passed = 0;
    }

    private void take(Extent extent) {
      long from = Math.max(first, at);
      long to = Math.min(end, at + extent.length());
      if (from < to) held.add(new Extent(extent.blob(), extent.offset() + from - at, to - from));
      at += extent.length();
    }
  }
}
