package io.tarn.store;

import java.util.Map;

/// A bucket to create, with documents that it has from the first moment on. An empty region means
/// that of the node asked.
public record CreateBucket(
    BucketName name,
    TenantId owner,
    String region,
    Home home,
    Map<DocumentKind, String> documents) {
  public CreateBucket {
    documents = Map.copyOf(documents);
  }

  /// An own bucket.
  public CreateBucket(
      BucketName name, TenantId owner, String region, Map<DocumentKind, String> documents) {
    this(name, owner, region, Home.OWN, documents);
  }

  /// An own bucket without documents.
  public CreateBucket(BucketName name, TenantId owner, String region) {
    this(name, owner, region, Map.of());
  }
}
