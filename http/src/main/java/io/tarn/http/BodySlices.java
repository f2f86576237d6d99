package io.tarn.http;

import org.jspecify.annotations.Nullable;

/// Yields the slices of a response body in order. All calls come from the request's virtual thread
/// and may block.
public interface BodySlices extends AutoCloseable {
  /// The next slice, or null at the end. Called while up to two slices of memory are still being
  /// sent, within the bound of bytes in flight, so that the next can be prepared meanwhile; never
  /// while one that is stored is. A failure must be thrown, never a shorter slice returned.
  @Nullable BodySlice next();

  /// Called exactly once, after the last slice was sent or given up: nothing uses the memory or the
  /// bytes of any slice any more.
  @Override
  void close();
}
