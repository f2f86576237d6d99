package io.tarn.console;

import java.util.Map;
import java.util.TreeSet;

/// What a bucket is to be linked to, as it was said. Either an origin that the settings of the
/// server name, or one of its own.
///
/// - `origin`: its name in the settings; empty for one of its own
/// - `bucket`, `prefix`: there; an empty bucket for the usual one
/// - `settings`: of an origin of its own, by what they are called below `origins.NAME`
/// - `credentials`: what the settings call the keys for it; empty for what the server finds
public record LinkRequest(
    String origin, String bucket, String prefix, Map<String, String> settings, String credentials) {
  public LinkRequest {
    settings = Map.copyOf(settings);
  }

  /// Names the settings only: somebody may have put a secret there, which is refused later.
  @Override
  public String toString() {
    return "LinkRequest[origin=%s, bucket=%s, prefix=%s, settings=%s, credentials=%s]"
        .formatted(origin, bucket, prefix, new TreeSet<>(settings.keySet()), credentials);
  }

  /// To an origin that the settings name.
  public static LinkRequest to(String origin, String bucket, String prefix) {
    return new LinkRequest(origin, bucket, prefix, Map.of(), "");
  }
}
