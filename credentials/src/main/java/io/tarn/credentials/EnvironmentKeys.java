package io.tarn.credentials;

import java.util.Map;
import java.util.Optional;

/// Keys from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
record EnvironmentKeys(Map<String, String> environment) implements CredentialSource {
  static final String NAME = "environment";

  @Override
  public Optional<Credentials> fetch() {
    String accessKey = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
    if (accessKey.isEmpty() && secret.isEmpty()) return Optional.empty();
    if (accessKey.isEmpty() || secret.isEmpty()) {
      throw new CredentialsFailure(
          "environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together; set both");
    }
    String token = environment.getOrDefault("AWS_SESSION_TOKEN", "");
    return Optional.of(Credentials.lasting(accessKey, secret, token, NAME));
  }

  @Override
  public String toString() {
    return NAME;
  }
}
