package io.tarn.store;

/// What a copy made, and the version it was made of.
public record Copied(Version source, Written written) {}
