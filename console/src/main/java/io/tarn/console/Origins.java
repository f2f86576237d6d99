package io.tarn.console;

import io.tarn.store.BucketName;
import io.tarn.store.Home;
import io.tarn.store.TenantId;

/// The origins that the settings name. Thread-safe.
public interface Origins {
  /// Tries out what is to be the home of a bucket of this name and owner, which need not be there
  /// yet. Returns it with what can be done there.
  ///
  /// @throws io.tarn.store.StoreFailure when it could not be used; says what to change
  Home.Linked examine(BucketName bucket, TenantId owner, Home.Linked wanted);
}
