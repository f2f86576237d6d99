package io.tarn.store;

import org.jspecify.annotations.Nullable;

/// Regions in order. `next` may block, and fails with [StoreFailure.Corrupt] rather than give
/// memory whose bytes are not what was stored; [Region.Stored] is verified as it is read. One
/// thread at a time.
public interface RegionSource extends AutoCloseable {
  /// The next region, or null at the end. Memory is valid until the source is closed, what is
  /// stored until the next region is asked for.
  @Nullable Region next();

  @Override
  void close();
}
