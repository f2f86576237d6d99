package io.tarn.cache;

import io.tarn.store.Key;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Prefixes of keys whose blocks stay, by the incarnation of their bucket.
final class PinnedPrefixes {
  private final Map<Long, List<String>> prefixes = new ConcurrentHashMap<>();

  /// From now on these and no others.
  void set(long bucket, Collection<String> of) {
    if (of.isEmpty()) {
      prefixes.remove(bucket);
    } else {
      prefixes.put(bucket, List.copyOf(of));
    }
  }

  boolean covers(long bucket, Key key) {
    List<String> of = prefixes.get(bucket);
    if (of == null) return false;
    for (String prefix : of) {
      if (key.text().startsWith(prefix)) return true;
    }
    return false;
  }
}
