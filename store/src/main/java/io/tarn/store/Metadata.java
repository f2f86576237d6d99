package io.tarn.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the writer said about an object: system-defined metadata (`content-type`, `cache-control`,
/// …: the names are an allow-list of the front end) and user-defined metadata (without its
/// `x-amz-meta-`). Names are lower case. A client's header can only ever become one of these, never
/// anything the store itself relies on.
public record Metadata(Map<String, String> system, Map<String, String> user) {
  public static final Metadata NONE = new Metadata(Map.of(), Map.of());

  public Metadata {
    system = ordered(system);
    user = ordered(user);
  }

  static <V> Map<String, V> ordered(Map<String, V> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
