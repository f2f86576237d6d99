package io.tarn.index;

import io.tarn.meta.MetaStore;
import io.tarn.meta.Ticker;
import io.tarn.meta.Tokens;
import io.tarn.store.Blobs;
import java.time.InstantSource;

/// What an index stands on: rows, bytes, and clocks: that of tokens, that on the wall, and one that
/// nobody sets. `node` tells the pending blobs of this process from those of others on the same
/// rows; 0 to 65,535.
public record IndexBackends(
    MetaStore meta, Blobs blobs, Tokens tokens, InstantSource clock, Ticker ticker, int node) {

  public IndexBackends(MetaStore meta, Blobs blobs, Tokens tokens, InstantSource clock, int node) {
    this(meta, blobs, tokens, clock, Ticker.SYSTEM, node);
  }
}
