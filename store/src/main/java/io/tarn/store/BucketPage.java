package io.tarn.store;

import java.util.List;

/// A page of buckets by name. `truncated` when a further one exists.
public record BucketPage(List<Bucket> buckets, boolean truncated) {
  public BucketPage {
    buckets = List.copyOf(buckets);
  }
}
