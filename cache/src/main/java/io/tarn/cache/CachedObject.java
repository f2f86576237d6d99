package io.tarn.cache;

import io.tarn.store.ContentRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Provenance;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An object that is read through the cache.
///
/// - `listing`: of its parts; asks the origin, each time; they are not kept
/// - `source`: of the payload, where it is not in memory
record CachedObject(
    ObjectHead head,
    ContentRange slice,
    Provenance provenance,
    Payload payload,
    Supplier<List<Part>> listing,
    @Nullable BlockSource source)
    implements OpenObject {
  @Override
  public List<Part> parts() {
    return listing.get();
  }

  @Override
  public void close() {
    if (source != null) source.close();
  }
}
