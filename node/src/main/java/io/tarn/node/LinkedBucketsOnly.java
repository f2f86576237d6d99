package io.tarn.node;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.util.Optional;

/// The buckets of a server that keeps no objects: none is made whose objects would be here.
record LinkedBucketsOnly(Buckets buckets) implements Buckets {
  @Override
  public Bucket create(CreateBucket request) {
    if (request.home() instanceof Home.Own) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.REQUEST,
          "This server keeps no objects of its own: make the bucket at its origin and link it");
    }
    return buckets.create(request);
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    return buckets.find(name);
  }

  @Override
  public void delete(Bucket bucket) {
    buckets.delete(bucket);
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    return buckets.page(owner, prefix, after, limit);
  }

  @Override
  public Bucket setVersioning(Bucket bucket, Versioning versioning) {
    return buckets.setVersioning(bucket, versioning);
  }

  @Override
  public Optional<String> document(Bucket bucket, DocumentKind kind) {
    return buckets.document(bucket, kind);
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    buckets.setDocument(bucket, kind, document);
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    buckets.removeDocument(bucket, kind);
  }
}
