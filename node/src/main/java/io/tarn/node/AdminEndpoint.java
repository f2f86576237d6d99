package io.tarn.node;

import io.tarn.console.LocalAccess;
import io.tarn.node.SignedHttp.Pass;
import io.tarn.settings.Address;
import io.tarn.settings.InvalidSettings;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.Service;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// How a command finds a server and gets in. In this order: the address of `--admin` or TARN_ADMIN,
/// with keys of the environment; the server that runs on the configured data directory, with the
/// token it left there; the usual address on this machine, with keys of the environment.
final class AdminEndpoint {
  static final String USUAL = "http://127.0.0.1:9001";
  private static final String REGION = "us-east-1";

  private AdminEndpoint() {}

  static AdminClient open(Invocation invocation) {
    String url = named(invocation);
    if (!url.isEmpty()) return withKeys(url, invocation);
    Optional<LocalAccess> local = local(invocation);
    if (local.isPresent()) {
      LocalAccess access = local.get();
      return new AdminClient(
          new SignedHttp(
              access.url(), new Pass.Token(access.token().reveal()), believing(access.url())));
    }
    return withKeys(USUAL, invocation);
  }

  private static String named(Invocation invocation) {
    String option = invocation.option("--admin");
    String url = option.isEmpty() ? invocation.terminal().variable("TARN_ADMIN") : option;
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /// Where the admin API is, by the same order, without getting in.
  static String address(Invocation invocation) {
    String url = named(invocation);
    if (!url.isEmpty()) return url;
    Optional<LocalAccess> local = local(invocation);
    return local.isPresent() ? local.get().url() : configured(invocation);
  }

  private static String configured(Invocation invocation) {
    TarnConfig config = config(invocation);
    boolean tls = config.http().certificate() != null;
    return url(config.consoleAddress(), tls);
  }

  /// A loopback URL of a listener of this machine.
  static String url(Address address, boolean tls) {
    String host = address.host();
    boolean any = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    String shown = any ? "127.0.0.1" : host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return (tls ? "https://" : "http://") + shown + ":" + address.port();
  }

  static Optional<LocalAccess> local(Invocation invocation) {
    String data = invocation.option("--data");
    Optional<LocalAccess> found = running(invocation);
    if (found.isEmpty() && !data.isEmpty()) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE,
          "Unreachable",
          "no server runs on %s; `tarn server %s` starts one".formatted(data, data));
    }
    return found;
  }

  /// The server that runs on the data directory, if one does.
  static Optional<LocalAccess> running(Invocation invocation) {
    try {
      return LocalAccess.read(metadata(invocation)).filter(LocalAccess::isCurrent);
    } catch (IOException | StoreFailure e) {
      return Optional.empty(); // no directories that a server would start on
    } catch (UncheckedIOException e) {
      if (!invocation.option("--data").isEmpty()) {
        throw CommandFailure.usage(String.valueOf(e.getMessage()));
      }
      return Optional.empty(); // another user's server: keys are needed
    }
  }

  /// The metadata directory of `--data`, else of the configuration.
  static Path metadata(Invocation invocation) throws IOException {
    String data = invocation.option("--data");
    return data.isEmpty()
        ? Survey.metadata(config(invocation))
        : Path.of(data).toAbsolutePath().normalize().resolve(Survey.METADATA);
  }

  /// Whether a command is for a server that was named.
  static boolean isNamed(Invocation invocation) {
    return !named(invocation).isEmpty();
  }

  static TarnConfig config(Invocation invocation) {
    try {
      return Configuration.read(invocation.terminal().environment(), java.util.List.of()).value();
    } catch (InvalidSettings e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static AdminClient withKeys(String url, Invocation invocation) {
    Keys keys =
        keys(invocation.terminal().environment())
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE,
                        "NoKeys",
                        "no server found on the configured data directory, and no keys for "
                            + url
                            + ": name the directory with --data, or set TARN_ACCESS_KEY and"
                            + " TARN_SECRET_KEY"));
    var pass = new Pass.Keys(keys.signer(Service.ADMIN));
    return new AdminClient(new SignedHttp(url, pass, trust(url, invocation)));
  }

  /// An access key with its secret, for either service.
  record Keys(String accessKey, SecretKey secret) {
    RequestSigner signer(Service service) {
      return new RequestSigner(service, accessKey, secret, REGION);
    }
  }

  /// The first pair of keys that the environment has.
  static Optional<Keys> keys(Map<String, String> environment) {
    String[][] pairs = {
      {"TARN_ACCESS_KEY", "TARN_SECRET_KEY"},
      {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
      {"TARN_ROOT_USER", "TARN_ROOT_PASSWORD"},
      {"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"},
    };
    for (String[] pair : pairs) {
      String accessKey = environment.getOrDefault(pair[0], "");
      String secret = environment.getOrDefault(pair[1], "");
      if (!accessKey.isEmpty() && !secret.isEmpty()) {
        return Optional.of(new Keys(accessKey, new SecretKey(secret, 0)));
      }
    }
    return Optional.empty();
  }

  /// Whose certificates are believed at an address: those of the CA file, if one is given; on this
  /// machine any; else what the machine trusts, which is null.
  static @Nullable SSLContext trust(String url, Invocation invocation) {
    String option = invocation.option("--ca-file");
    String file = option.isEmpty() ? invocation.terminal().variable("TARN_CA_FILE") : option;
    if (!file.isEmpty()) return url.startsWith("https://") ? Authorities.of(file) : null;
    return isLoopback(url) ? believing(url) : null;
  }

  private static boolean isLoopback(String url) {
    try {
      String host = URI.create(url).getHost();
      return host != null && (host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}"));
    } catch (IllegalArgumentException e) {
      return false; // said where it is used
    }
  }

  /// Whoever listens on this machine, or at an address that the server's own file names, is
  /// believed without a certificate that fits the loopback address: without TLS it would be
  /// believed too.
  private static @Nullable SSLContext believing(String url) {
    if (!url.startsWith("https://")) return null;
    return Authorities.context(new TrustManager[] {new Loopback()});
  }

  private static final class Loopback extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
