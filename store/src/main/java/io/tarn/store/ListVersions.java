package io.tarn.store;

/// One page of all versions and delete markers: keys ascending, newest version first. With
/// [Version#LATEST] as `version`, starts after all versions of `from`; else after exactly that
/// version of the key that `from` names.
public record ListVersions(
    Bucket bucket, String prefix, String delimiter, ListFrom from, Version version, int limit) {}
