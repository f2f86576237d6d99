package io.tarn.console;

import io.tarn.cache.CacheUsage;
import io.tarn.cache.NearCache;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Home;
import io.tarn.store.TenantId;
import java.util.Optional;

/// Origins that take every link and have no cache.
final class NoOrigins implements Origins {
  @Override
  public Home.Linked examine(BucketName bucket, TenantId owner, Home.Linked wanted) {
    return wanted;
  }

  @Override
  public Optional<NearCache> cache(Bucket bucket) {
    return Optional.empty();
  }

  @Override
  public Optional<CacheUsage> usage() {
    return Optional.empty();
  }
}
