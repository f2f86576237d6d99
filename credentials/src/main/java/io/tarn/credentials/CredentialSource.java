package io.tarn.credentials;

import java.util.Optional;

/// One place that keys may come from. Thread-safe.
public interface CredentialSource {
  /// Asks it, which may take as long as its timeouts allow. Empty where there is nothing of this
  /// kind on this machine.
  ///
  /// @throws CredentialsFailure when there is, and it gives no keys
  Optional<Credentials> fetch();
}
