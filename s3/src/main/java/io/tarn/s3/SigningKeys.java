package io.tarn.s3;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Derived signing keys, kept so that a request costs one HMAC instead of five. Two generations:
/// when the younger is full it becomes the older, and what the older still held is forgotten; a key
/// in use moves back. Thread-safe.
final class SigningKeys {
  private record Origin(String accessKeyId, long revision, Scope scope) {}

  private record Generation(
      ConcurrentHashMap<Origin, HmacSha256> young, ConcurrentHashMap<Origin, HmacSha256> old) {}

  private final int capacity;
  private volatile Generation generation =
      new Generation(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

  /// Keeps at most about twice `capacity` keys.
  SigningKeys(int capacity) {
    this.capacity = capacity;
  }

  HmacSha256 get(String accessKeyId, SecretKey secret, Scope scope) {
    var origin = new Origin(accessKeyId, secret.revision(), scope);
    Generation now = generation;
    @Nullable HmacSha256 key = now.young.get(origin);
    if (key != null) return key;
    key = now.old.get(origin);
    if (key == null) key = SigV4.signingKey(secret.text(), scope);
    if (now.young.size() >= capacity) {
      now = new Generation(new ConcurrentHashMap<>(), now.young);
      generation = now;
    }
    now.young.put(origin, key);
    return key;
  }
}
