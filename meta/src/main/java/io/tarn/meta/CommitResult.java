package io.tarn.meta;

import java.util.Optional;

/// The answer to a batch.
public sealed interface CommitResult {

  /// Applied. Sequences ascend in commit order.
  record Committed(long sequence) implements CommitResult {}

  /// Nothing was applied: the guard at `guardIndex` failed, and `actual` is the row it found. The
  /// row is durable.
  record Rejected(int guardIndex, Optional<Entry> actual) implements CommitResult {}
}
