package io.tarn.files;

import java.util.Optional;

/// How far a file has to have come before it is acknowledged, by the numbers that clients send.
enum FileLevel {
  /// 0: durable on this node.
  LOCAL,
  /// 1: and at the origin.
  ORIGIN,
  /// 2: and on every node; of one node alone that is the same.
  ALL;

  static Optional<FileLevel> of(String number) {
    return switch (number) {
      case "0" -> Optional.of(LOCAL);
      case "1" -> Optional.of(ORIGIN);
      case "2" -> Optional.of(ALL);
      default -> Optional.empty();
    };
  }

  int number() {
    return switch (this) {
      case LOCAL -> 0;
      case ORIGIN -> 1;
      case ALL -> 2;
    };
  }
}
