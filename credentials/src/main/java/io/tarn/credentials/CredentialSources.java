package io.tarn.credentials;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the settings of credentials stand for.
public final class CredentialSources {
  private CredentialSources() {}

  /// `environment`: the variables of the process.
  public static CredentialSource of(
      CredentialSettings settings, Map<String, String> environment, InstantSource clock) {
    return switch (settings.kind()) {
      case STATIC -> new Fixed(settings);
      case ENVIRONMENT -> new EnvironmentKeys(environment);
      case WEB_IDENTITY -> webIdentity(settings, environment, clock);
      case PROFILE -> new SharedProfile(environment, settings, clock);
      case CONTAINER ->
          new ContainerEndpoint(
              environment, settings.endpoint(), settings.tokenFile(), settings.timeout());
      case INSTANCE -> new InstanceMetadata(environment, settings.endpoint(), settings.timeout());
      case CHAIN -> chain(settings, environment, clock, true);
      case ANONYMOUS -> Optional::empty;
    };
  }

  /// The chain of a machine that need not be one of AWS.
  ///
  /// - `instance`: whether the metadata of an instance are asked at its end. Where nobody answers
  ///   at that address, it takes a second to find out
  public static CredentialSource chain(
      CredentialSettings settings,
      Map<String, String> environment,
      InstantSource clock,
      boolean instance) {
    CredentialSource keys = new EnvironmentKeys(environment);
    CredentialSource identity = webIdentity(settings, environment, clock);
    CredentialSource profile = new SharedProfile(environment, settings, clock);
    CredentialSource container = new ContainerEndpoint(environment, "", null, settings.timeout());
    if (!instance) return new CredentialChain(List.of(keys, identity, profile, container));
    return new CredentialChain(
        List.of(
            keys,
            identity,
            profile,
            container,
            new InstanceMetadata(environment, "", settings.timeout())));
  }

  private static CredentialSource webIdentity(
      CredentialSettings settings, Map<String, String> environment, InstantSource clock) {
    String region = settings.region().isEmpty() ? region(environment) : settings.region();
    return new WebIdentity(
        environment,
        settings.roleArn(),
        settings.tokenFile(),
        new TokenService(stsEndpoint(environment, settings), region, settings.timeout(), clock));
  }

  static String region(Map<String, String> environment) {
    for (String name : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
      String region = environment.getOrDefault(name, "");
      if (!region.isEmpty()) return region;
    }
    return "us-east-1";
  }

  static String stsEndpoint(Map<String, String> environment, CredentialSettings settings) {
    return settings.stsEndpoint().isEmpty()
        ? environment.getOrDefault("AWS_ENDPOINT_URL_STS", "")
        : settings.stsEndpoint();
  }

  /// Keys that the settings have.
  private record Fixed(CredentialSettings settings) implements CredentialSource {
    @Override
    public Optional<Credentials> fetch() {
      return Optional.of(
          Credentials.lasting(
              settings.accessKey(),
              settings.secretKey().reveal(),
              settings.sessionToken().reveal(),
              "settings"));
    }
  }

  /// The first source that there is, and from then on only that one: after it has given keys, a
  /// failure of it is no reason to be somebody else.
  private static final class CredentialChain implements CredentialSource {
    private final List<CredentialSource> sources;
    private volatile @Nullable CredentialSource chosen;

    CredentialChain(List<CredentialSource> sources) {
      this.sources = sources;
    }

    @Override
    public Optional<Credentials> fetch() {
      CredentialSource known = chosen;
      if (known != null) return known.fetch();
      for (CredentialSource source : sources) {
        // One that is there and fails ends the search: its keys were meant, and no others.
        Optional<Credentials> found = source.fetch();
        if (found.isEmpty()) continue;
        chosen = source;
        return found;
      }
      return Optional.empty();
    }
  }
}
