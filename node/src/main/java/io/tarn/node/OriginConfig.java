package io.tarn.node;

import io.tarn.cache.CachePolicy;
import io.tarn.cache.PriceSettings;
import io.tarn.settings.Setting;
import io.tarn.tree.TreeSettings;
import io.tarn.upstream.OriginSettings;

/// A store that buckets can be linked to, and what of it is kept here: one that speaks S3, which
/// has an endpoint, or a tree of files, which has a directory.
public record OriginConfig(
    @Setting("An origin that speaks S3.") OriginSettings s3,
    @Setting("An origin that is a directory tree.") TreeSettings tree,
    @Setting("What is cached of it.") CachePolicy cache,
    @Setting("What it charges: for `tarn cache stats`, which says what the cache saved.")
        PriceSettings prices) {
  public OriginConfig {
    if (s3.endpoint().isEmpty() == (tree.directory() == null)) {
      throw new IllegalArgumentException(
          "an origin is one of both: give s3.endpoint, or tree.directory");
    }
  }
}
