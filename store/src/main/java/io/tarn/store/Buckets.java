package io.tarn.store;

import java.util.Optional;

/// The buckets themselves, beside [ObjectStore]. Thread-safe, blocking, durable when a method
/// returns. [#find] and [#document] are asked on every request and answer from memory where they
/// can; what they answer is never older than the last change made through this node.
public interface Buckets {
  /// The bucket and its documents come into being together, or not at all. Fails with
  /// [StoreFailure.BucketExists], whoever owns that.
  Bucket create(CreateBucket request);

  Optional<Bucket> find(BucketName name);

  /// Fails with [StoreFailure.BucketNotEmpty] while any version or delete marker is left, with
  /// `NoSuchBucket` when it is gone.
  void delete(Bucket bucket);

  /// The buckets of `owner` whose names start with `prefix`, after `after` (empty for the first
  /// page).
  BucketPage page(TenantId owner, String prefix, String after, int limit);

  /// Returns the bucket as it is afterwards. [Versioning#OFF] cannot be returned to:
  /// [StoreFailure.Invalid].
  Bucket setVersioning(Bucket bucket, Versioning versioning);

  Optional<String> document(Bucket bucket, DocumentKind kind);

  void setDocument(Bucket bucket, DocumentKind kind, String document);

  void removeDocument(Bucket bucket, DocumentKind kind);
}
