package io.tarn.gateway;

import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.DocumentKind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The policies of buckets, understood. What is stored is asked anew each time; only the reading of
/// it is remembered.
final class PolicyShelf {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyShelf.class);
  private static final int MOST = 4096;

  private final Buckets buckets;
  private final Map<Long, Understood> shelf = new ConcurrentHashMap<>();

  private record Understood(String document, Policy policy) {}

  PolicyShelf(Buckets buckets) {
    this.buckets = buckets;
  }

  /// [Policy#NONE] when the bucket has none. One that cannot be read is never taken for none.
  Policy of(Bucket bucket) {
    String document = buckets.document(bucket, DocumentKind.POLICY).orElse("");
    if (document.isEmpty()) return Policy.NONE;
    Understood known = shelf.get(bucket.id());
    if (known != null && known.document().equals(document)) return known.policy();
    if (shelf.size() >= MOST) shelf.clear();
    Policy policy = read(document, bucket);
    shelf.put(bucket.id(), new Understood(document, policy));
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
