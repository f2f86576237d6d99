package io.tarn.meta;

/// A condition on one row, decided against the state just before the batch and atomically with it.
public sealed interface Guard {

  MetaKey key();

  /// There is no such row.
  record Absent(MetaKey key) implements Guard {}

  /// There is such a row, whatever its version.
  record Present(MetaKey key) implements Guard {}

  /// The row is there and the batch with this token wrote it.
  record VersionIs(MetaKey key, long version) implements Guard {}

  /// The row is absent or older than the batch's token: keeps the tokens of a key ascending.
  record Precedes(MetaKey key) implements Guard {}
}
