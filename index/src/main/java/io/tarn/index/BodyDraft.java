package io.tarn.index;

import io.tarn.rows.Plan;
import io.tarn.store.Checksum;
import io.tarn.store.ETag;

/// A version whose bytes came as one body.
record BodyDraft(Received body, Pending pending) implements Versions.Draft {
  @Override
  public Location addTo(Plan plan) {
    body.addTo(plan, pending);
    return body.location();
  }

  @Override
  public long size() {
    return body.size();
  }

  @Override
  public ETag etag() {
    return body.digests().etag();
  }

  @Override
  public Checksum checksum() {
    return body.digests().checksum();
  }

  @Override
  public long upload() {
    return 0;
  }
}
