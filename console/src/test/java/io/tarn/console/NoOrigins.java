package io.tarn.console;

import io.tarn.cache.CacheUsage;
import io.tarn.cache.NearCache;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Home;
import io.tarn.store.TenantId;
import java.util.Map;
import java.util.Optional;

/// Origins that take every link and have no cache.
final class NoOrigins implements Origins {
  @Override
  public Linked examine(BucketName bucket, TenantId owner, LinkRequest request) {
    return new Linked(
        new Home.Linked(request.origin(), request.bucket(), request.prefix(), Capability.ALL),
        Map.of());
  }

  @Override
  public void linked(Bucket bucket) {}

  @Override
  public void unlinked(Bucket bucket) {}

  @Override
  public Optional<Kept> kept(Bucket bucket) {
    return Optional.empty();
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
