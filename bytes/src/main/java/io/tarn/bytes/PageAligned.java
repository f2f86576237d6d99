package io.tarn.bytes;

import java.nio.ByteBuffer;

/// Direct buffers that begin at a page, from which a volume may write past the page cache.
public final class PageAligned {
  /// What addresses are a multiple of, in bytes.
  public static final int PAGE = 4096;

  private PageAligned() {}

  public static ByteBuffer allocate(int size) {
    // Two pages more: a slice is cut to whole pages at both ends.
    return ByteBuffer.allocateDirect(size + 2 * PAGE).alignedSlice(PAGE).slice(0, size);
  }
}
