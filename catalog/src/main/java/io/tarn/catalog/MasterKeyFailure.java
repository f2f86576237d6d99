package io.tarn.catalog;

import org.jspecify.annotations.Nullable;

/// The master key is missing, unreadable or not the one that sealed what is stored. The server must
/// not start: without it no access key can be checked. The message says what to do and holds no
/// key.
@SuppressWarnings("serial") // never serialised
public final class MasterKeyFailure extends RuntimeException {
  public MasterKeyFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
