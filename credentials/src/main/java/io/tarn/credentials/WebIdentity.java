package io.tarn.credentials;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keys for a role from STS, for the identity that the token in a file proves: a pod of Kubernetes,
/// say. The file is read each time, for whoever writes it replaces the token before it expires.
///
/// - `roleArn`, `tokenFile`: empty or null where the environment says them
record WebIdentity(
    Map<String, String> environment, String roleArn, @Nullable Path tokenFile, TokenService service)
    implements CredentialSource {
  static final String NAME = "web-identity";

  @Override
  public Optional<Credentials> fetch() {
    String arn = roleArn.isEmpty() ? environment.getOrDefault("AWS_ROLE_ARN", "") : roleArn;
    Path file = tokenFile;
    String named = environment.getOrDefault("AWS_WEB_IDENTITY_TOKEN_FILE", "");
    if (file == null && !named.isEmpty()) file = Path.of(named);
    if (file == null && arn.isEmpty()) return Optional.empty();
    // A role alone is for whoever has keys already.
    if (file == null && roleArn.isEmpty()) return Optional.empty();
    if (file == null || arn.isEmpty()) {
      throw new CredentialsFailure(
          "web-identity: a role and the file of a token belong together (AWS_ROLE_ARN,"
              + " AWS_WEB_IDENTITY_TOKEN_FILE); give both");
    }
    String session = environment.getOrDefault("AWS_ROLE_SESSION_NAME", "");
    return Optional.of(
        service.assumeWithWebIdentity(
            TokenService.Role.of(arn, session), SmallFiles.token(file, NAME), NAME));
  }

  @Override
  public String toString() {
    return NAME;
  }
}
