package io.tarn.identity;

/// Stands for what is not at hand yet: what could be best for the caller, or worst.
final class Unseen {
  private final boolean best;
  private boolean asked;

  Unseen(boolean best) {
    this.best = best;
  }

  /// Whether a statement with this effect applies that depends on it.
  boolean applies(Effect effect) {
    asked = true;
    return best == (effect == Effect.ALLOW);
  }

  /// Whether anything depended on it.
  boolean asked() {
    return asked;
  }
}
