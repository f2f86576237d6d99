package io.tarn.store;

/// One page of uploads in progress: by key, then by initiation. An empty `afterUpload` means after
/// all uploads of the key in `from`.
public record ListUploads(
    Bucket bucket, String prefix, String delimiter, ListFrom from, String afterUpload, int limit) {}
