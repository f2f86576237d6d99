package io.tarn.catalog;

import io.tarn.identity.Caller;
import io.tarn.settings.Secret;

/// What an access key proves: the secret to check the signature with, and who then calls. The
/// revision changes whenever the secret does, for those who keep keys derived from it.
public record Credential(Secret secret, long revision, Caller caller) {}
