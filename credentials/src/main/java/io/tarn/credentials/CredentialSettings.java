package io.tarn.credentials;

import io.tarn.settings.Secret;
import io.tarn.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Credentials that origins can name.
public record CredentialSettings(
    @Setting(
            value =
                "Where they come from: static, from here; environment, from AWS_ACCESS_KEY_ID and"
                    + " its kin; web-identity, from STS for the token in a file; profile, from the"
                    + " shared files of AWS; container, from the endpoint that ECS and EKS give a"
                    + " container; instance, from the metadata of an EC2 instance (IMDSv2); chain,"
                    + " from the first of these, in this order, that there is; anonymous, for"
                    + " requests that are not signed.",
            fallback = "chain")
        Kind kind,
    @Setting(value = "With static: the access key.", fallback = "") String accessKey,
    @Setting(value = "With static: its secret.", fallback = "") Secret secretKey,
    @Setting(value = "With static: its session token, if it is a temporary key.", fallback = "")
        Secret sessionToken,
    @Setting(value = "With profile: its name. Default: AWS_PROFILE, or `default`.", fallback = "")
        String profile,
    @Setting(
            value =
                "With profile: the file of settings. Default: AWS_CONFIG_FILE, or ~/.aws/config.",
            fallback = "")
        @Nullable Path configFile,
    @Setting(
            value =
                "With profile: the file of keys. Default: AWS_SHARED_CREDENTIALS_FILE, or"
                    + " ~/.aws/credentials.",
            fallback = "")
        @Nullable Path credentialsFile,
    @Setting(
            value = "With web-identity: the role that is assumed. Default: AWS_ROLE_ARN.",
            fallback = "")
        String roleArn,
    @Setting(
            value =
                "With web-identity: the file with the token, read anew each time. Default:"
                    + " AWS_WEB_IDENTITY_TOKEN_FILE. With container: the file with what goes into"
                    + " the Authorization header. Default: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.",
            fallback = "")
        @Nullable Path tokenFile,
    @Setting(
            value =
                "With web-identity and profile: the address of STS. Default: AWS_ENDPOINT_URL_STS,"
                    + " or that of the region.",
            fallback = "")
        String stsEndpoint,
    @Setting(
            value =
                "With web-identity and profile: the region of STS. Default: the profile's,"
                    + " AWS_REGION, AWS_DEFAULT_REGION, us-east-1.",
            fallback = "")
        String region,
    @Setting(
            value =
                "With container: the URL that keys come from. Default:"
                    + " AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI. With instance: the"
                    + " address of the metadata. Default: AWS_EC2_METADATA_SERVICE_ENDPOINT, or"
                    + " http://169.254.169.254.",
            fallback = "")
        String endpoint,
    @Setting(value = "How long whoever is asked for keys may take for one answer.", fallback = "5s")
        Duration timeout) {

  /// Where keys come from.
  public enum Kind {
    STATIC,
    ENVIRONMENT,
    WEB_IDENTITY,
    PROFILE,
    CONTAINER,
    INSTANCE,
    CHAIN,
    ANONYMOUS;

    /// The settings that say something with it.
    Set<String> parameters() {
      return switch (this) {
        case STATIC -> Set.of("access-key", "secret-key", "session-token");
        case WEB_IDENTITY -> Set.of("role-arn", "token-file", "sts-endpoint", "region");
        case PROFILE ->
            Set.of("profile", "config-file", "credentials-file", "sts-endpoint", "region");
        case CONTAINER -> Set.of("endpoint", "token-file");
        case INSTANCE -> Set.of("endpoint");
        case ENVIRONMENT, CHAIN, ANONYMOUS -> Set.of();
      };
    }

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public CredentialSettings {
    Map<String, Boolean> given = new TreeMap<>();
    given.put("access-key", !accessKey.isEmpty());
    given.put("secret-key", !secretKey.isEmpty());
    given.put("session-token", !sessionToken.isEmpty());
    given.put("profile", !profile.isEmpty());
    given.put("config-file", configFile != null);
    given.put("credentials-file", credentialsFile != null);
    given.put("role-arn", !roleArn.isEmpty());
    given.put("token-file", tokenFile != null);
    given.put("sts-endpoint", !stsEndpoint.isEmpty());
    given.put("region", !region.isEmpty());
    given.put("endpoint", !endpoint.isEmpty());
    List<String> idle =
        given.entrySet().stream()
            .filter(each -> each.getValue() && !kind.parameters().contains(each.getKey()))
            .map(Map.Entry::getKey)
            .toList();
    if (!idle.isEmpty()) {
      throw new IllegalArgumentException(
          "%s means nothing with kind %s; take it away, or set another kind"
              .formatted(String.join(", ", idle), kind.text()));
    }
    if (kind == Kind.STATIC && (accessKey.isEmpty() || secretKey.isEmpty())) {
      throw new IllegalArgumentException("kind static needs access-key and secret-key");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be more than nothing");
    }
  }
}
