package io.tarn.upstream;

import io.tarn.store.StoreFailure;

/// What requests to an origin are signed with. Thread-safe.
@FunctionalInterface
public interface OriginCredentials {
  /// Asked for each request. [OriginKeys#NONE] for requests that are not signed.
  ///
  /// @throws StoreFailure when there should be keys and are none
  OriginKeys keys();

  /// After the origin refused these: fetches others where they come from, and tells whether there
  /// are any.
  default boolean renew(OriginKeys refused) {
    return false;
  }
}
