package io.tarn.http;

import org.jspecify.annotations.Nullable;

/// A source of a single region.
final class OneRegion implements RegionSource {
  private @Nullable Region region;

  OneRegion(Region region) {
    this.region = region;
  }

  @Override
  public @Nullable Region next() {
    var only = region;
    region = null;
    return only;
  }

  @Override
  public void close() {}
}
