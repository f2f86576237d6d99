package io.tarn.meta;

/// Hears about commits. Called on the store's threads: return at once and never throw.
public interface ChangeListener {
  void changed(MetaKey key, long version, boolean deleted);

  /// Some changes were missed; forget everything.
  void resync();
}
