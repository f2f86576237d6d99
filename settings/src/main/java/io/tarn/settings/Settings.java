package io.tarn.settings;

import java.util.stream.Stream;

/// The way in: from a record type to its tree of settings.
public final class Settings {
  private Settings() {}

  /// @throws IllegalStateException if the record is not described in full; that is a bug, not a
  /// user's mistake
  public static <R extends Record> SettingsTree<R> of(Class<R> type) {
    return new SettingsTree<>(type);
  }

  /// The record with every fallback but those that are given here, each as `path=text`; for tests
  /// that need one of them otherwise.
  ///
  /// @throws InvalidSettings if one of them is unknown or no value
  public static <R extends Record> R defaultsBut(Class<R> type, String... given) {
    return of(type)
        .read(Sources.NONE.withFlags(Stream.of(given).map(each -> "--" + each).toList()))
        .value();
  }

  /// The record with every fallback, for tests and for components used without a configuration.
  ///
  /// @throws InvalidSettings if a setting has no fallback
  public static <R extends Record> R defaults(Class<R> type) {
    return of(type).read(Sources.NONE).value();
  }
}
