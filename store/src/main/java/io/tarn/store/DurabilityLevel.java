package io.tarn.store;

/// What a write of a linked bucket outlives when it is acknowledged.
public enum DurabilityLevel {
  /// Of own buckets, where there is nothing to choose.
  UNSAID,
  /// The node that has it: it is on its way to the origin, and nowhere else.
  LOCAL,
  /// The origin has it.
  ORIGIN
}
