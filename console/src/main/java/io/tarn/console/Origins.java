package io.tarn.console;

import io.tarn.cache.CacheUsage;
import io.tarn.cache.NearCache;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Home;
import io.tarn.store.TenantId;
import java.util.Optional;

/// The origins that buckets can be linked to, and what is cached of them. Thread-safe.
public interface Origins {
  /// Tries out what is to be the home of a bucket of this name and owner, which need not be there
  /// yet. Returns it with what can be done there.
  ///
  /// @throws io.tarn.store.StoreFailure when it could not be used; says what to change
  Home.Linked examine(BucketName bucket, TenantId owner, Home.Linked wanted);

  /// The near-cache before the origin of a linked bucket; nothing where there is none.
  ///
  /// @throws io.tarn.store.StoreFailure when the origin cannot be used
  Optional<NearCache> cache(Bucket bucket);

  /// How full the disks of the near-cache are; nothing where there is none.
  Optional<CacheUsage> usage();
}
