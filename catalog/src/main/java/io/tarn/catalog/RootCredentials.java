package io.tarn.catalog;

/// The root of the first tenant, after the start. Show the secret only when it was
/// [Origin#GENERATED]: nobody has seen it yet. Prints without the secret.
public record RootCredentials(Tenant tenant, KeyPair pair, Origin origin) {
  /// Where the credentials are from.
  public enum Origin {
    /// Made just now, at first start.
    GENERATED,
    /// Taken from the settings, at first start.
    GIVEN,
    /// As they were before.
    STORED,
    /// The settings gave others, which replaced those before.
    REPLACED
  }
}
