package io.tarn.http;

import org.jspecify.annotations.Nullable;

/// A source of a single slice.
final class OneSlice implements BodySlices {
  private @Nullable BodySlice slice;

  OneSlice(BodySlice slice) {
    this.slice = slice;
  }

  @Override
  public @Nullable BodySlice next() {
    BodySlice only = slice;
    slice = null;
    return only;
  }

  @Override
  public void close() {}
}
