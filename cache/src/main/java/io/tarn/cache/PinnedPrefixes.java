package io.tarn.cache;

import io.tarn.store.Key;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Prefixes of keys whose blocks stay, by the id of their bucket.
final class PinnedPrefixes {
  private final Map<Long, Set<String>> prefixes = new ConcurrentHashMap<>();

  void add(long bucket, String prefix) {
    prefixes.computeIfAbsent(bucket, _ -> ConcurrentHashMap.newKeySet()).add(prefix);
  }

  void remove(long bucket, String prefix) {
    Set<String> of = prefixes.get(bucket);
    if (of != null) of.remove(prefix);
  }

  boolean covers(long bucket, Key key) {
    Set<String> of = prefixes.get(bucket);
    if (of == null) return false;
    for (String prefix : of) {
      if (key.text().startsWith(prefix)) return true;
    }
    return false;
  }
}
