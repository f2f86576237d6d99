package io.tarn.store;

/// What a write made, durable at the level it promised.
public record Written(Key key, Version version, Content content) {}
