package io.tarn.cache;

/// Why a block went.
public enum Removal {
  /// Others needed the room.
  EVICTED,
  /// What it was of was written to or deleted.
  REPLACED,
  /// It could not be read, or was not what was written.
  DAMAGED,
  /// It was asked to.
  ASKED
}
