package io.tarn.console;

import io.tarn.store.Bucket;
import io.tarn.store.Home;

/// The origins that the settings name. Thread-safe.
public interface Origins {
  /// Tries out a bucket at an origin, below a prefix, as the home of `bucket`, which need not be
  /// there yet; the home that it is, with what can be done there.
  ///
  /// @throws io.tarn.store.StoreFailure when it could not be used; says what to change
  Home.Linked examine(Bucket bucket, Home.Linked wanted);
}
