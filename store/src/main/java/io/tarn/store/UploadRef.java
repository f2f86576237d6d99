package io.tarn.store;

/// Addresses an upload, as a request does.
public record UploadRef(Bucket bucket, Key key, UploadId id) {}
