package io.tarn.gateway;

import io.tarn.store.Buckets;
import io.tarn.store.ObjectStore;

/// What the gateway serves.
public record Stores(Buckets buckets, ObjectStore objects) {}
