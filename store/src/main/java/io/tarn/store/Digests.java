package io.tarn.store;

/// What a body came to: its ETag (the MD5 of its bytes) and the additional checksum asked for, or
/// [Checksum#NONE].
public record Digests(ETag etag, Checksum checksum) {}
