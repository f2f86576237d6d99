package io.tarn.credentials;

import java.net.URI;

/// Addresses of services that give keys.
final class Endpoints {
  private Endpoints() {}

  /// Scheme, host and port.
  ///
  /// @throws CredentialsFailure when it is something else; without what was given, which may have a
  /// password in it
  static URI parse(String url, String source) {
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      boolean bare = path.isEmpty() || path.equals("/");
      boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null;
      if (http && uri.getHost() != null && bare && plain && uri.getRawFragment() == null) {
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new CredentialsFailure(
        source + ": its endpoint is no address; write http://HOST:PORT or https://HOST");
  }
}
