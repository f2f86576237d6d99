package io.tarn.store;

import org.jspecify.annotations.Nullable;

/// Regions in order. `next` may block (it reads and verifies) and fails with [StoreFailure.Corrupt]
/// rather than give a region whose bytes are not what was stored. One thread at a time.
public interface RegionSource extends AutoCloseable {
  /// The next region, valid until the source is closed; null at the end.
  @Nullable Region next();

  @Override
  void close();
}
