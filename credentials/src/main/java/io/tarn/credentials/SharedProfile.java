package io.tarn.credentials;

import io.tarn.credentials.TokenService.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keys of a profile: its own, or those of a role that it has assumed by the keys of another
/// profile, of the container, of the instance, of the environment, or by a token. The files are
/// read each time, so keys that somebody replaces there are taken over.
///
/// Programs that a profile names (`credential_process`) are not run, and no browser is opened
/// (SSO): a profile that needs them is refused. A server would do both with its own rights, for
/// anybody who can write to a file in a home directory.
final class SharedProfile implements CredentialSource {
  static final String NAME = "profile";
  private static final int LONGEST_CHAIN = 5;
  private static final List<String> UNABLE =
      List.of("credential_process", "sso_session", "sso_start_url", "mfa_serial", "login_session");

  private final Map<String, String> environment;
  private final CredentialSettings settings;
  private final InstantSource clock;

  SharedProfile(Map<String, String> environment, CredentialSettings settings, InstantSource clock) {
    this.environment = environment;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Optional<Credentials> fetch() {
    Optional<Path> config = file(settings.configFile(), "AWS_CONFIG_FILE", "config");
    Optional<Path> keys =
        file(settings.credentialsFile(), "AWS_SHARED_CREDENTIALS_FILE", "credentials");
    if (config.isEmpty() || keys.isEmpty()) return Optional.empty();
    String named = settings.profile();
    if (named.isEmpty()) named = environment.getOrDefault("AWS_PROFILE", "");
    ProfileFiles files = ProfileFiles.read(config.get(), keys.get());
    String name = named.isEmpty() ? "default" : named;
    if (!named.isEmpty() && files.find(name).isEmpty()) {
      throw new CredentialsFailure(
          "profile: there is no profile %s in %s or %s".formatted(name, config.get(), keys.get()));
    }
    return resolve(files, name, new ArrayList<>());
  }

  /// Empty where neither the settings nor the environment say where it is.
  private Optional<Path> file(@Nullable Path given, String variable, String usual) {
    if (given != null) {
      if (Files.isReadable(given)) return Optional.of(given);
      throw new CredentialsFailure("profile: cannot read " + given);
    }
    String named = environment.getOrDefault(variable, "");
    if (!named.isEmpty()) return Optional.of(Path.of(named));
    String home = environment.getOrDefault("HOME", "");
    return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".aws", usual));
  }

  private Optional<Credentials> resolve(ProfileFiles files, String name, List<String> before) {
    Map<String, String> profile = files.find(name).orElse(Map.of());
    String source = NAME + " " + name;
    refuseWhatCannotBe(profile, source);
    // A profile that names itself has the keys for its role.
    boolean itself = !before.isEmpty() && before.getLast().equals(name);
    if (profile.containsKey("role_arn") && !itself) {
      if (before.contains(name) || before.size() >= LONGEST_CHAIN) {
        throw new CredentialsFailure(source + ": source_profile leads back, or too far");
      }
      before.add(name);
      return Optional.of(role(files, profile, name, before));
    }
    String accessKey = profile.getOrDefault("aws_access_key_id", "");
    String secret = profile.getOrDefault("aws_secret_access_key", "");
    if (accessKey.isEmpty() && secret.isEmpty()) return Optional.empty();
    if (accessKey.isEmpty() || secret.isEmpty()) {
      throw new CredentialsFailure(
          source + ": aws_access_key_id and aws_secret_access_key belong together; give both");
    }
    String token = profile.getOrDefault("aws_session_token", "");
    return Optional.of(Credentials.lasting(accessKey, secret, token, source));
  }

  private static void refuseWhatCannotBe(Map<String, String> profile, String source) {
    for (String unable : UNABLE) {
      if (profile.containsKey(unable)) {
        throw new CredentialsFailure(
            "%s: %s is not supported; use keys, a role or a web identity"
                .formatted(source, unable));
      }
    }
  }

  private Credentials role(
      ProfileFiles files, Map<String, String> profile, String name, List<String> before) {
    String source = NAME + " " + name;
    Role role =
        new Role(
            profile.getOrDefault("role_arn", ""),
            profile.getOrDefault("role_session_name", ""),
            profile.getOrDefault("external_id", ""),
            lasting(profile.getOrDefault("duration_seconds", ""), source));
    TokenService service = service(profile);
    String token = profile.getOrDefault("web_identity_token_file", "");
    if (!token.isEmpty()) {
      return service.assumeWithWebIdentity(role, SmallFiles.token(Path.of(token), source), source);
    }
    return service.assume(role, by(files, profile, source, before), source);
  }

  private Credentials by(
      ProfileFiles files, Map<String, String> profile, String source, List<String> before) {
    String other = profile.getOrDefault("source_profile", "");
    String kind = profile.getOrDefault("credential_source", "");
    if (other.isEmpty() == kind.isEmpty()) {
      throw new CredentialsFailure(
          source + ": role_arn needs either source_profile or credential_source");
    }
    Optional<Credentials> found;
    if (!other.isEmpty()) {
      if (files.find(other).isEmpty()) {
        throw new CredentialsFailure("%s: there is no profile %s".formatted(source, other));
      }
      found = resolve(files, other, before);
    } else {
      found = of(kind, source).fetch();
    }
    String from = other.isEmpty() ? kind : other;
    return found.orElseThrow(
        () -> new CredentialsFailure("%s: there are no keys in %s".formatted(source, from)));
  }

  private CredentialSource of(String kind, String source) {
    return switch (kind) {
      case "Environment" -> new EnvironmentKeys(environment);
      case "Ec2InstanceMetadata" -> new InstanceMetadata(environment, "", settings.timeout());
      case "EcsContainer" -> new ContainerEndpoint(environment, "", null, settings.timeout());
      default -> throw new CredentialsFailure(source + ": credential_source is none that is known");
    };
  }

  private TokenService service(Map<String, String> profile) {
    String region = settings.region();
    if (region.isEmpty()) region = profile.getOrDefault("region", "");
    if (region.isEmpty()) region = CredentialSources.region(environment);
    return new TokenService(
        CredentialSources.stsEndpoint(environment, settings), region, settings.timeout(), clock);
  }

  private static Duration lasting(String seconds, String source) {
    if (seconds.isEmpty()) return TokenService.USUAL;
    if (!seconds.matches("[0-9]{3,5}")) {
      throw new CredentialsFailure(source + ": duration_seconds is no number from 900 to 43200");
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  @Override
  public String toString() {
    return NAME;
  }
}
