package io.tarn.signature;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/// Derived signing keys, kept so that a request costs one HMAC instead of five. A key is that of
/// one revision of a secret, so none is ever of a secret before. Thread-safe.
final class SigningKeys {
  private record Origin(String accessKeyId, long revision, Scope scope) {}

  private final Cache<Origin, HmacSha256> keys;

  /// Keeps at most about `capacity` keys.
  SigningKeys(int capacity) {
    keys = Caffeine.newBuilder().maximumSize(capacity).executor(Runnable::run).build();
  }

  HmacSha256 get(String accessKeyId, SecretKey secret, Scope scope) {
    var origin = new Origin(accessKeyId, secret.revision(), scope);
    HmacSha256 known = keys.getIfPresent(origin);
    if (known != null) return known;
    HmacSha256 key = SigV4.signingKey(secret.text(), scope);
    keys.put(origin, key);
    return key;
  }
}
