package io.tarn.meta;

/// What an acknowledged batch survives. A batch is never torn at either level.
public enum Durability {
  /// Power loss.
  SYNC,
  /// The death of the process; the last second may be lost with the power.
  RELAXED
}
