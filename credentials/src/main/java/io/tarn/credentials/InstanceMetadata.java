package io.tarn.credentials;

import io.tarn.credentials.BoundedHttp.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keys of the role of an EC2 instance, from its metadata (IMDSv2): first a token, by PUT, then,
/// with it, the name of the role and its keys. Version 1, which asks for no token, is not spoken:
/// whatever can have this server send a GET somewhere could speak it, too.
final class InstanceMetadata implements CredentialSource {
  static final String NAME = "instance";

  /// How long a token is good for: the two requests that need it.
  private static final String TOKEN_SECONDS = "300";

  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

  /// Anything that is no instance of AWS, or one that was told not to say.
  private static final Set<Integer> NO_METADATA = Set.of(403, 404, 405);

  private static final Duration CONNECT = Duration.ofSeconds(1);

  private final Map<String, String> environment;
  private final String endpoint;
  private final BoundedHttp http;

  /// What the settings do not say, the environment does.
  InstanceMetadata(Map<String, String> environment, String endpoint, Duration timeout) {
    this.environment = environment;
    this.endpoint = endpoint;
    this.http = BoundedHttp.near(CONNECT, timeout);
  }

  @Override
  public Optional<Credentials> fetch() {
    String disabled = environment.getOrDefault("AWS_EC2_METADATA_DISABLED", "");
    if (endpoint.isEmpty() && disabled.equalsIgnoreCase("true")) return Optional.empty();
    URI base = base();
    Optional<String> token = token(base);
    if (token.isEmpty()) return Optional.empty();
    Optional<byte[]> roles = get(base, ROLES, token.get());
    if (roles.isEmpty()) return Optional.empty();
    String role = new String(roles.get(), StandardCharsets.UTF_8).strip();
    if (!role.matches("[A-Za-z0-9+=,.@_-]{1,128}")) {
      throw new CredentialsFailure("instance: the metadata name no role that could be one");
    }
    byte[] keys =
        get(base, ROLES + role, token.get())
            .orElseThrow(() -> new CredentialsFailure("instance: its role has no keys"));
    return Optional.of(JsonCredentials.of(keys, NAME));
  }

  private URI base() {
    String url = endpoint;
    if (url.isEmpty()) url = environment.getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
    if (url.isEmpty()) {
      String mode = environment.getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "");
      url = mode.equalsIgnoreCase("IPv6") ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
    }
    return Endpoints.parse(url, NAME);
  }

  private Optional<String> token(URI base) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/latest/api/token"))
            .header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS)
            .PUT(BodyPublishers.noBody())
            .build();
    try {
      Reply reply = http.send(request);
      if (NO_METADATA.contains(reply.status())) return Optional.empty();
      String token = new String(reply.body(), StandardCharsets.UTF_8).strip();
      boolean good = token.chars().allMatch(c -> c > ' ' && c < 0x7f) && !token.isEmpty();
      if (reply.status() == 200 && good) return Optional.of(token);
      throw new CredentialsFailure("instance: the metadata gave no token: " + reply.status());
    } catch (IOException e) {
      if (BoundedHttp.isNobodyThere(e)) return Optional.empty();
      // The hop limit is on this answer alone, so a connection is taken in spite of it.
      throw CredentialsFailure.because(
          "instance: the metadata gave no token (in a container the hop limit of the instance's"
              + " metadata must be 2)",
          e);
    }
  }

  /// Empty where there is none.
  private Optional<byte[]> get(URI base, String path, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("X-aws-ec2-metadata-token", token)
            .GET()
            .build();
    try {
      Reply reply = http.send(request);
      if (reply.status() == 200) return Optional.of(reply.body());
      if (reply.status() == 404) return Optional.empty();
      throw new CredentialsFailure("instance: the metadata answered " + reply.status());
    } catch (IOException e) {
      throw CredentialsFailure.because("instance: the metadata cannot be asked", e);
    }
  }

  @Override
  public String toString() {
    return NAME;
  }
}
