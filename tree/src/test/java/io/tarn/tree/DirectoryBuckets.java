package io.tarn.tree;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import io.tarn.testkit.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Buckets that are linked to directories below a root, by their names.
record DirectoryBuckets(Buckets registry, Path root, String prefix) implements Buckets {
  DirectoryBuckets(Path root) {
    this(new MemoryStore(), root, "");
  }

  @Override
  public Bucket create(CreateBucket request) {
    try {
      Files.createDirectories(root.resolve(request.name().text()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var home = new Home.Linked("tree", request.name().text(), prefix, DirectoryOrigin.CAPABILITIES);
    return registry.create(
        new CreateBucket(
            request.name(), request.owner(), request.region(), home, request.documents()));
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    return registry.find(name);
  }

  @Override
  public void delete(Bucket bucket) {
    registry.delete(bucket);
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    return registry.page(owner, prefix, after, limit);
  }

  @Override
  public Bucket setVersioning(Bucket bucket, Versioning versioning) {
    return registry.setVersioning(bucket, versioning);
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
