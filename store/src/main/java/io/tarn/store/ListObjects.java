package io.tarn.store;

/// One page of current objects, in key order. `delimiter` is empty for none and may be any string.
/// Keys that contain it after the prefix roll up into one group, which counts 1 towards `limit`.
public record ListObjects(
    Bucket bucket, String prefix, String delimiter, ListFrom from, int limit) {}
