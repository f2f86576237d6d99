package io.tarn.signature;

import org.jspecify.annotations.Nullable;

/// The access keys that may sign. Asked once per signed request, so it answers from memory.
@FunctionalInterface
public interface SecretKeys {
  /// Null when there is no such key, or it may not be used.
  @Nullable SecretKey find(String accessKeyId);
}
