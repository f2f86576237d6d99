package io.tarn.console;

import io.tarn.request.S3Request;
import io.tarn.settings.Secret;
import java.net.InetAddress;

/// Who may read the metrics.
public enum MetricsAccess {
  PUBLIC,
  /// Who signs, with a key that is allowed `admin:Prometheus`.
  SIGNED,
  /// MinIO's word for [#SIGNED].
  JWT;

  /// Whether this caller may read the metrics without proving anything. A proxy on this machine
  /// comes from loopback, too, but says that it speaks for somebody.
  static boolean isOpen(ConsoleSettings settings, S3Request request, InetAddress caller) {
    boolean near =
        caller.isLoopbackAddress()
            && !request.headers().has("x-forwarded-for")
            && !request.headers().has("forwarded");
    return settings.metricsAccess().isPublic() && (settings.metricsToken().isEmpty() || near);
  }

  /// Whether the request carries the token for metrics.
  static boolean hasToken(ConsoleSettings settings, S3Request request) {
    Secret token = settings.metricsToken();
    boolean same = Access.bearer(request).map(text -> Secret.of(text).equals(token)).orElse(false);
    return same && !token.isEmpty();
  }

  static AdminFailure unproved() {
    return new AdminFailure(
        401,
        "Unauthenticated",
        "Send `Authorization: Bearer` with the token of the setting console.metrics-token, or sign"
            + " the request with a key that is allowed admin:Prometheus.");
  }

  boolean isPublic() {
    return switch (this) {
      case PUBLIC -> true;
      case SIGNED, JWT -> false;
    };
  }
}
