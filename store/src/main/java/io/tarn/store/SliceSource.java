package io.tarn.store;

import org.jspecify.annotations.Nullable;

/// Slices in order. `next` may block, and fails with [StoreFailure.Corrupt] rather than give memory
/// whose bytes are not what was stored; [Slice.Stored] is verified as it is read. One thread at a
/// time.
public interface SliceSource extends AutoCloseable {
  /// The next slice, or null at the end. Memory is valid until the source is closed, what is stored
  /// until the next slice is asked for.
  @Nullable Slice next();

  @Override
  void close();
}
