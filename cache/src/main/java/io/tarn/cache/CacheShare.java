package io.tarn.cache;

/// What a cache has of one bucket: so many blocks, and what they take of its disks, `pinned` among
/// it.
public record CacheShare(long blocks, long bytes, long pinned) {}
