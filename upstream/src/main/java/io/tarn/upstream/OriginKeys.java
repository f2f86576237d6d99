package io.tarn.upstream;

import io.tarn.settings.Secret;

/// What this server proves itself with at an origin. `sessionToken` belongs to temporary keys and
/// is empty for others.
public record OriginKeys(String accessKey, Secret secretKey, Secret sessionToken) {
  /// With these requests are not signed.
  public static final OriginKeys NONE = new OriginKeys("", Secret.NONE, Secret.NONE);
}
