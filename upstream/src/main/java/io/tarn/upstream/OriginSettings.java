package io.tarn.upstream;

import io.tarn.settings.Secret;
import io.tarn.settings.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An origin that speaks S3, and how it is spoken to.
public record OriginSettings(
    @Setting(
            value =
                "Address of the origin: scheme, host and port, such as"
                    + " `https://s3.eu-central-1.amazonaws.com`.",
            fallback = "")
        String endpoint,
    @Setting(value = "The region that requests to it are signed for.", fallback = "us-east-1")
        String region,
    @Setting(
            value =
                "How its buckets are addressed: `path` for `https://host/bucket/key`, `host` for"
                    + " `https://bucket.host/key`.",
            fallback = "path")
        Addressing addressing,
    @Setting(
            value =
                "Access key at the origin. Without one and without `credentials`, the keys are"
                    + " those of the first that there is: the environment, a web identity, the"
                    + " shared files of AWS, a container, an instance of EC2 if the endpoint is one"
                    + " of AWS; and where none is, requests are not signed.",
            fallback = "")
        String accessKey,
    @Setting(value = "Secret of that access key.", fallback = "") Secret secretKey,
    @Setting(value = "Session token, where that is a temporary key.", fallback = "")
        Secret sessionToken,
    @Setting(
            value =
                "Instead of a key: the name of the `credentials` that requests are signed with.",
            fallback = "")
        String credentials,
    @Setting(
            value =
                "PEM file of the CAs whose certificates the origin may have, and no others."
                    + " Default: those of the Java platform.",
            fallback = "")
        @Nullable Path caFile,
    @Setting(value = "Most requests to the origin at a time.", fallback = "256") int maxRequests,
    @Setting(
            value = "How long a request waits for its turn among them before it is refused.",
            fallback = "10s")
        Duration turn,
    @Setting(value = "How long a connection to the origin may take.", fallback = "5s")
        Duration connect,
    @Setting(
            value = "How long the origin may be silent, before it answers or in an answer.",
            fallback = "30s")
        Duration silence,
    @Setting(
            value =
                "How often a request is made in all that can be repeated: after an error that"
                    + " passes. In the long run at most one request in twenty is a repeated one.",
            fallback = "3")
        int attempts,
    @Setting("When it is taken for away, and how it is found out that it is back.")
        BreakerSettings breaker) {

  /// How a bucket is named in a request.
  public enum Addressing {
    PATH,
    HOST
  }

  public OriginSettings {
    if (!endpoint.isEmpty()) check(endpoint);
    if (accessKey.isEmpty() != secretKey.isEmpty()) {
      throw new IllegalArgumentException("access-key and secret-key belong together: give both");
    }
    if (!accessKey.isEmpty() && !credentials.isEmpty()) {
      throw new IllegalArgumentException(
          "there are both access-key and credentials; take one of them away");
    }
    if (maxRequests < 1) throw new IllegalArgumentException("max-requests must be at least 1");
    if (attempts < 1) throw new IllegalArgumentException("attempts must be at least 1");
  }

  private static void check(String endpoint) {
    try {
      URI url = URI.create(endpoint);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      boolean bare = url.getRawPath() == null || url.getRawPath().isEmpty();
      bare = bare && url.getRawQuery() == null && url.getRawUserInfo() == null;
      if (http && url.getHost() != null && bare) return;
    } catch (IllegalArgumentException e) {
      // Said below, and without what was given: there may be a password in it.
    }
    throw new IllegalArgumentException(
        "endpoint is not the address of a store; write http://HOST:PORT or https://HOST");
  }
}
