package io.tarn.meta;

import org.jspecify.annotations.Nullable;

/// Decides guards.
final class Guards {

  private Guards() {}

  /// Whether the guard holds when `actual` is the row under its key.
  static boolean holds(Guard guard, @Nullable Entry actual, long token) {
    return switch (guard) {
      case Guard.Absent _ -> actual == null;
      case Guard.Present _ -> actual != null;
      case Guard.VersionIs(var _, var version) -> actual != null && actual.version() == version;
      case Guard.Precedes _ -> actual == null || actual.version() < token;
    };
  }
}
