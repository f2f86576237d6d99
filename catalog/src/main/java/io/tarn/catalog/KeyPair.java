package io.tarn.catalog;

import io.tarn.settings.Secret;

/// An access key with its secret: what a client needs, and what is shown once only. Prints without
/// the secret.
public record KeyPair(String accessKey, Secret secret) {
  /// A pair to be generated.
  public static final KeyPair GENERATED = new KeyPair("", Secret.NONE);
}
