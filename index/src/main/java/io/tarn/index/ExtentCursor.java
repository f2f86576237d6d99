package io.tarn.index;

import io.tarn.store.Extent;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The extents of a stretch of an object, in order. Only a few are held at a time, for they are
/// held for as long as a client takes to read them, and an object can have ten thousand: a page of
/// them is read again rather than kept.
final class ExtentCursor {
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
