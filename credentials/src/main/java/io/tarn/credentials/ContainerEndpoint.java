package io.tarn.credentials;

import io.tarn.credentials.BoundedHttp.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keys from the endpoint that ECS gives a task, and EKS Pod Identity a pod.
final class ContainerEndpoint implements CredentialSource {
  static final String NAME = "container";

  /// Those of ECS and of EKS Pod Identity, and no others may be asked without TLS but this machine:
  /// the request may carry a token.
  private static final Set<String> HOSTS =
      Set.of("169.254.170.2", "169.254.170.23", "fd00:ec2:0:0:0:0:0:23");

  private static final Duration CONNECT = Duration.ofSeconds(2);

  private final Map<String, String> environment;
  private final String endpoint;
  private final @Nullable Path tokenFile;
  private final BoundedHttp http;

  /// What the settings do not say, empty or null, the environment does.
  ContainerEndpoint(
      Map<String, String> environment,
      String endpoint,
      @Nullable Path tokenFile,
      Duration timeout) {
    this.environment = environment;
    this.endpoint = endpoint;
    this.tokenFile = tokenFile;
    this.http = BoundedHttp.near(CONNECT, timeout);
  }

  @Override
  public Optional<Credentials> fetch() {
    String url = url();
    if (url.isEmpty()) return Optional.empty();
    URI uri = allowed(url);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).header("Accept", "application/json").GET();
    String token = token();
    if (!token.isEmpty()) request.header("Authorization", token);
    try {
      Reply reply = http.send(request.build());
      if (reply.status() == 200) return Optional.of(JsonCredentials.of(reply.body(), NAME));
      throw new CredentialsFailure("container: the endpoint answered " + reply.status());
    } catch (IOException e) {
      throw CredentialsFailure.because("container: the endpoint cannot be asked", e);
    }
  }

  private String url() {
    if (!endpoint.isEmpty()) return endpoint;
    String relative = environment.getOrDefault("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "");
    if (relative.isEmpty()) {
      return environment.getOrDefault("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
    }
    if (!relative.startsWith("/")) {
      throw new CredentialsFailure(
          "container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with a slash");
    }
    return environment.getOrDefault("AWS_CONTAINER_SERVICE_ENDPOINT", "http://169.254.170.2")
        + relative;
  }

  private static URI allowed(String url) {
    try {
      URI uri = URI.create(url);
      String host = uri.getHost();
      boolean bare = uri.getRawUserInfo() == null && uri.getRawFragment() == null;
      if (host != null && bare) {
        if ("https".equals(uri.getScheme())) return uri;
        if ("http".equals(uri.getScheme()) && isNear(host)) return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, and without what was given: there may be a token in it.
    }
    throw new CredentialsFailure(
        "container: the endpoint must be https://…, or http:// at this machine, 169.254.170.2,"
            + " 169.254.170.23 or [fd00:ec2::23]");
  }

  /// Names are not looked up: what they stand for may change between here and the request.
  private static boolean isNear(String host) {
    if (host.equals("localhost")) return true;
    try {
      InetAddress address = InetAddress.ofLiteral(host);
      return address.isLoopbackAddress() || HOSTS.contains(address.getHostAddress());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private String token() {
    Path file = tokenFile;
    String named = environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "");
    if (file == null && !named.isEmpty()) file = Path.of(named);
    if (file != null) return SmallFiles.token(file, NAME);
    String token = environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN", "");
    if (token.chars().allMatch(c -> c >= ' ' && c < 0x7f)) return token;
    throw new CredentialsFailure(
        "container: what AWS_CONTAINER_AUTHORIZATION_TOKEN has is no token");
  }

  @Override
  public String toString() {
    return NAME;
  }
}
