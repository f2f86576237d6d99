package io.tarn.index;

import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.store.Blobs;
import java.time.InstantSource;

/// What an index stands on: rows, bytes, and the two clocks. `node` tells the pending blobs of this
/// process from those of others on the same rows; 0 to 65,535.
public record Substrate(
    MetaStore meta, Blobs blobs, Tokens tokens, InstantSource clock, int node) {}
