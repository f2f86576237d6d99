package io.tarn.http;

import org.jspecify.annotations.Nullable;

/// Yields the regions of a response body in order. All calls come from the request's virtual thread
/// and may block.
public interface RegionSource extends AutoCloseable {
  /// The next region, or null at the end. Called while up to two regions of memory are still being
  /// sent, within the bound of bytes in flight, so that the next can be prepared meanwhile; never
  /// while one that is stored is. A failure must be thrown, never a shorter region returned.
  @Nullable Region next();

  /// Called exactly once, after the last region was sent or given up: nothing uses the memory or
  /// the bytes of any region any more.
  @Override
  void close();
}
