package io.tarn.cache;

import io.tarn.store.ContentRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Provenance;
import io.tarn.store.Provenance.Verdict;
import java.time.Duration;
import java.util.List;

/// An object that is read past the cache.
record PastObject(OpenObject open) implements OpenObject {
  static final Provenance PROVENANCE = new Provenance(Verdict.BYPASS, Duration.ZERO);

  @Override
  public ObjectHead head() {
    return open.head();
  }

  @Override
  public ContentRange slice() {
    return open.slice();
  }

  @Override
  public List<Part> parts() {
    return open.parts();
  }

  @Override
  public Payload payload() {
    return open.payload();
  }

  @Override
  public Provenance provenance() {
    return PROVENANCE;
  }

  @Override
  public void close() {
    open.close();
  }
}
