package io.tarn.store;

/// The sub-resources of a bucket that are one document each. A new one is a constant here and a
/// parser in the front end, or where it is used.
public enum DocumentKind {
  POLICY,
  TAGGING,
  CORS,
  LIFECYCLE,
  ENCRYPTION,
  NOTIFICATION,
  OBJECT_LOCK,
  ACL,
  OWNERSHIP,
  PUBLIC_ACCESS_BLOCK,
  WEBSITE,
  LOGGING,
  /// Of a linked bucket: which keys its near-cache keeps.
  CACHE_PINS,
  /// Of a linked bucket: what is kept of its origin, and when that was tried out.
  LINK
}
