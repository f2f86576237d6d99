package io.tarn.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.DocumentKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The policies of buckets, understood. What is stored is asked anew each time; only the reading of
/// it is remembered, so what is remembered is never old. The text that is stored is mostly the very
/// same one as the last time, so to compare it costs nothing.
final class BucketPolicies {
  private static final Logger LOG = LoggerFactory.getLogger(BucketPolicies.class);

  /// Policies remembered, each counted once for each 4 KiB of it.
  private static final int MOST = 4096;

  private static final int UNIT = 4096;

  private final Buckets buckets;
  private final Cache<Long, Understood> policies =
      Caffeine.newBuilder()
          .maximumWeight(MOST)
          .weigher((Long _, Understood one) -> 1 + one.document().length() / UNIT)
          .executor(Runnable::run)
          .build();

  private record Understood(String document, Policy policy) {}

  BucketPolicies(Buckets buckets) {
    this.buckets = buckets;
  }

  /// [Policy#NONE] when the bucket has none. One that cannot be read is never taken for none.
  Policy of(Bucket bucket) {
    String document = buckets.document(bucket, DocumentKind.POLICY).orElse("");
    if (document.isEmpty()) return Policy.NONE;
    Understood known = policies.getIfPresent(bucket.id());
    if (known != null && known.document().equals(document)) return known.policy();
    Policy policy = read(document, bucket);
    policies.put(bucket.id(), new Understood(document, policy));
    return policy;
  }

  private static Policy read(String document, Bucket bucket) {
    try {
      return Policy.ofBucket(document, bucket.name());
    } catch (MalformedPolicy e) {
      LOG.error("the policy of bucket {} cannot be read: {}", bucket.name(), e.getMessage());
      return Policy.UNREADABLE;
    }
  }
}
