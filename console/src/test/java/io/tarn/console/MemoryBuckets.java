package io.tarn.console;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// Buckets without objects.
final class MemoryBuckets implements Buckets {
  private final ConcurrentSkipListMap<String, Bucket> buckets = new ConcurrentSkipListMap<>();
  private final Map<String, String> documents = new ConcurrentHashMap<>();

  @Override
  public Bucket create(CreateBucket request) {
    var bucket =
        new Bucket(
            request.name(),
            1,
            1,
            request.owner(),
            "here",
            Instant.now(),
            Versioning.OFF,
            request.home());
    Bucket before = buckets.putIfAbsent(request.name().text(), bucket);
    if (before != null) throw new StoreFailure.BucketExists(before);
    return bucket;
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    return Optional.ofNullable(buckets.get(name.text()));
  }

  @Override
  public void delete(Bucket bucket) {
    if (bucket.name().text().startsWith("full")) {
      throw new StoreFailure.BucketNotEmpty(bucket.name());
    }
    buckets.remove(bucket.name().text());
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    List<Bucket> all =
        buckets.values().stream()
            .filter(bucket -> bucket.owner().equals(owner))
            .filter(bucket -> bucket.name().text().startsWith(prefix))
            .filter(bucket -> bucket.name().text().compareTo(after) > 0)
            .toList();
    return new BucketPage(all.stream().limit(limit).toList(), all.size() > limit);
  }

  @Override
  public Bucket setVersioning(Bucket old, Versioning versioning) {
    Bucket bucket = old.changed(2, versioning);
    buckets.put(old.name().text(), bucket);
    return bucket;
  }

  @Override
  public Optional<String> document(Bucket bucket, DocumentKind kind) {
    return Optional.ofNullable(documents.get(bucket.name().text() + '?' + kind));
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    documents.put(bucket.name().text() + '?' + kind, document);
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    documents.remove(bucket.name().text() + '?' + kind);
  }
}
