package io.tarn.meta;

/// Hears of commits, on a thread that the store keeps for this listener alone, one call after the
/// other. It may take its time and may use the store; what it cannot keep up with it misses. It
/// must not throw.
public interface ChangeListener {
  /// A batch was committed: it is as durable as it asked to be, and every read that begins from now
  /// on sees it.
  void committed(Changes changes);

  /// Changes were missed, and nobody says which: whatever was remembered of the rows may be old.
  /// What is committed after them is heard of again.
  void missed();
}
