package io.tarn.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes requests for one endpoint, presigned when it wants signatures. They stay valid for a day.
/// For one thread.
final class Requests {
  private static final Duration VALIDITY = Duration.ofDays(1);

  private final Endpoint endpoint;
  private final @Nullable Presigner presigner;

  Requests(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.presigner =
        switch (endpoint.access()) {
          case RequestSigning.Signed(var credentials) ->
              new Presigner(credentials, endpoint.authority(), Instant.now(), VALIDITY);
          case RequestSigning.Anonymous _, RequestSigning.StaticFiles _ -> null;
        };
  }

  Request of(String method, String path) {
    return of(method, path, Map.of(), 0);
  }

  Request of(String method, String path, Map<String, String> query) {
    return of(method, path, query, 0);
  }

  Request put(String path, long bodyBytes) {
    return of("PUT", path, Map.of(), bodyBytes);
  }

  Request of(String method, String path, Map<String, String> query, long bodyBytes) {
    return new Request(method, endpoint.authority(), target(method, path, query), bodyBytes);
  }

  private String target(String method, String path, Map<String, String> query) {
    if (presigner != null) return presigner.sign(method, path, query);
    String encoded = UrlText.path(path);
    return query.isEmpty() ? encoded : encoded + "?" + UrlText.query(new TreeMap<>(query));
  }
}
