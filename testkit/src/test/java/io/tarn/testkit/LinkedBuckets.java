package io.tarn.testkit;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.util.Optional;

/// Buckets that one store knows and another, their origin, has the objects of.
record LinkedBuckets(MemoryStore registry, MemoryStore origin, Home home) implements Buckets {
  private Bucket known(Bucket bucket) {
    origin.adopt(bucket);
    return bucket;
  }

  @Override
  public Bucket create(CreateBucket request) {
    return known(
        registry.create(
            new CreateBucket(
                request.name(), request.owner(), request.region(), home, request.documents())));
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    return registry.find(name);
  }

  @Override
  public void delete(Bucket bucket) {
    origin.delete(bucket);
    registry.delete(bucket);
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    return registry.page(owner, prefix, after, limit);
  }

  @Override
  public Bucket setVersioning(Bucket bucket, Versioning versioning) {
    return known(registry.setVersioning(bucket, versioning));
  }

  @Override
  public Optional<String> document(Bucket bucket, DocumentKind kind) {
    return registry.document(bucket, kind);
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    registry.setDocument(bucket, kind, document);
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    registry.removeDocument(bucket, kind);
  }
}
