package io.tarn.node;

import io.tarn.credentials.CredentialSettings;
import io.tarn.credentials.CredentialSettings.Kind;
import io.tarn.credentials.CredentialSource;
import io.tarn.credentials.CredentialSources;
import io.tarn.credentials.Credentials;
import io.tarn.credentials.CredentialsFailure;
import io.tarn.credentials.RefreshedCredentials;
import io.tarn.settings.Name;
import io.tarn.settings.Settings;
import io.tarn.store.StoreFailure;
import io.tarn.upstream.OriginCredentials;
import io.tarn.upstream.OriginKeys;
import io.tarn.upstream.OriginSettings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The credentials that the settings name, each fetched once for all origins that have it, and the
/// chain for origins that name none. Thread-safe.
final class NamedCredentials {
  private static final CredentialSettings DEFAULTS = Settings.defaults(CredentialSettings.class);

  private final Map<String, String> environment;
  private final InstantSource clock;
  private final Map<String, Keeper> named = new TreeMap<>();

  /// `environment`: the variables of the process.
  NamedCredentials(
      Map<Name, CredentialSettings> settings,
      Map<String, String> environment,
      InstantSource clock) {
    this.environment = environment;
    this.clock = clock;
    settings.forEach(
        (name, each) ->
            named.put(
                name.text(),
                keeper(
                    name.text(),
                    CredentialSources.of(each, environment, clock),
                    each.timeout(),
                    each.kind() == Kind.ANONYMOUS)));
  }

  InstantSource clock() {
    return clock;
  }

  boolean has(String name) {
    return named.containsKey(name);
  }

  /// What an origin is spoken to with: its own keys, else the credentials that it names, else what
  /// the chain finds, and nothing where that finds none.
  ///
  /// @throws StoreFailure.Invalid when the settings have no credentials of that name
  OriginCredentials of(String origin, OriginSettings settings) {
    if (!settings.credentials().isEmpty()) return of(settings.credentials());
    if (!settings.accessKey().isEmpty()) {
      var keys =
          new OriginKeys(settings.accessKey(), settings.secretKey(), settings.sessionToken());
      return () -> keys;
    }
    CredentialSource chain =
        CredentialSources.chain(DEFAULTS, environment, clock, isAws(settings.endpoint()));
    return keeper("of " + origin, chain, DEFAULTS.timeout(), true);
  }

  /// Those of a name.
  ///
  /// @throws StoreFailure.Invalid when there are none
  OriginCredentials of(String name) {
    Keeper keeper = named.get(name);
    if (keeper != null) return keeper;
    throw new StoreFailure.Invalid(
        StoreFailure.Reason.ARGUMENT,
        "the settings have no credentials %s; they have %s. Start the server with --credentials.%s.kind=…"
            .formatted(name, named.isEmpty() ? "none" : String.join(", ", named.keySet()), name));
  }

  /// Elsewhere the address of an instance's metadata leads nowhere, or to somebody else.
  private static boolean isAws(String endpoint) {
    String host = URI.create(endpoint).getHost();
    return host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn");
  }

  private Keeper keeper(String name, CredentialSource source, Duration timeout, boolean anonymous) {
    // Some sources ask up to four times: a token, a role, its keys; one more for the role of that.
    Duration patience = timeout.multipliedBy(4);
    return new Keeper(name, new RefreshedCredentials(name, source, clock, patience), anonymous);
  }

  /// What requests are signed with, as far as it is known: the end of a sentence for people.
  static String described(OriginCredentials credentials) {
    if (!(credentials instanceof Keeper keeper)) return "signed with the key of its settings";
    RefreshedCredentials.Known known = keeper.credentials.known();
    if (!known.failure().isEmpty()) return "refused here: no keys (%s)".formatted(known.failure());
    if (!known.source().isEmpty()) return "signed with the keys from: " + known.source();
    if (!known.asked()) return "signed with keys that are looked for when they are needed";
    return keeper.anonymous
        ? "NOT signed: no keys were found for it"
        : "refused here: no keys (there are none of that kind on this machine)";
  }

  /// Keys as an origin wants them.
  private static final class Keeper implements OriginCredentials {
    private final String name;
    private final RefreshedCredentials credentials;
    private final boolean anonymous;
    private volatile @Nullable Known known;

    private record Known(Credentials credentials, OriginKeys keys) {}

    /// `anonymous`: whether nothing is as good as keys.
    Keeper(String name, RefreshedCredentials credentials, boolean anonymous) {
      this.name = name;
      this.credentials = credentials;
      this.anonymous = anonymous;
    }

    Optional<Credentials> get() {
      try {
        Optional<Credentials> found = credentials.get();
        if (found.isPresent() || anonymous) return found;
      } catch (CredentialsFailure e) {
        throw unavailable(String.valueOf(e.getMessage()));
      }
      throw unavailable("there is nothing of that kind on this machine");
    }

    private StoreFailure unavailable(String why) {
      return new StoreFailure.Unavailable(
          "the credentials %s cannot be had: %s".formatted(name, why), null);
    }

    @Override
    public OriginKeys keys() {
      Optional<Credentials> found = get();
      if (found.isEmpty()) return OriginKeys.NONE;
      return known(found.get()).keys;
    }

    private Known known(Credentials current) {
      Known last = known;
      if (last != null && last.credentials.equals(current)) return last;
      var keys = new OriginKeys(current.accessKey(), current.secretKey(), current.sessionToken());
      last = new Known(current, keys);
      known = last;
      return last;
    }

    @Override
    public boolean renew(OriginKeys refused) {
      Known last = known;
      if (last == null) return false;
      // Others by now: whoever refused these will see those.
      return !last.keys.equals(refused) || credentials.renew(last.credentials);
    }
  }
}
