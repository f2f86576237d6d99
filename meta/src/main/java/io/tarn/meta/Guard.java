package io.tarn.meta;

import org.jspecify.annotations.Nullable;

/// A condition on one row, decided against the state just before the batch and atomically with it.
public sealed interface Guard {

  MetaKey key();

  /// Whether it holds when `actual` is the row under its key, for a batch with this token.
  default boolean holds(@Nullable Entry actual, long token) {
    return switch (this) {
      case Absent _ -> actual == null;
      case Present _ -> actual != null;
      case VersionIs(var _, var version) -> actual != null && actual.version() == version;
      case Precedes _ -> actual == null || actual.version() < token;
    };
  }

  /// There is no such row.
  record Absent(MetaKey key) implements Guard {}

  /// There is such a row, whatever its version.
  record Present(MetaKey key) implements Guard {}

  /// The row is there and the batch with this token wrote it.
  record VersionIs(MetaKey key, long version) implements Guard {}

  /// The row is absent or older than the batch's token: keeps the tokens of a key ascending.
  record Precedes(MetaKey key) implements Guard {}
}
