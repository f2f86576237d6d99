package io.tarn.bench;

/// A work ready to be done against one endpoint, round after round.
interface Drive {
  /// Puts in place what the next round needs; not measured.
  default void reload() {}

  /// Does one round.
  Tally run(RoundLimit span);
}
