package io.tarn.store;

/// Where a page starts. Positions are strings, not keys: a marker may be any text. A group that is
/// not greater than the marker is not listed again.
public sealed interface ListFrom {
  ListFrom START = new After("");

  /// Strictly after this text; the text need not exist. As given by a client (`marker`,
  /// `start-after`).
  record After(String text) implements ListFrom {}

  /// After everything that starts with this text: the continuation behind a group.
  record PastGroup(String group) implements ListFrom {}
}
