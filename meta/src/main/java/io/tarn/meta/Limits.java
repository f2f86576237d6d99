package io.tarn.meta;

/// How much an engine takes. More is refused with [MetaException.LimitExceeded].
///
/// - `maxKey`: longest key in bytes
/// - `maxValue`: longest value in bytes
/// - `maxOps`: most changes and guards in one batch
/// - `maxBatch`: most bytes of keys and values in one batch
public record Limits(int maxKey, int maxValue, int maxOps, int maxBatch) {
  /// What RocksDB was measured with; the model takes as much.
  static final Limits USUAL = new Limits(MetaKey.MAX_LENGTH, 1 << 20, 16_384, 8 << 20);
}
