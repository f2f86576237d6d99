package io.tarn.store;

/// What a store says of one thing about an object: what it is, or that nobody asked, or that it is
/// not known there, because the store keeps no such thing. None of these is the same as "none".
public sealed interface Told<T> {
  record Is<T>(T value) implements Told<T> {}

  record NotAsked<T>() implements Told<T> {}

  record NotKnown<T>() implements Told<T> {}

  static <T> Told<T> of(T value) {
    return new Is<>(value);
  }

  static <T> Told<T> notAsked() {
    return new NotAsked<>();
  }

  static <T> Told<T> notKnown() {
    return new NotKnown<>();
  }

  /// What it is, or `unknown` where that is not known.
  ///
  /// @throws IllegalStateException when it was not asked for: whoever needs it has to ask
  default T or(T unknown) {
    return switch (this) {
      case Is<T>(var value) -> value;
      case NotKnown<T> _ -> unknown;
      case NotAsked<T> _ -> throw new IllegalStateException("used, but not asked for");
    };
  }
}
