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

  /// With another value for one entry of the system-defined part, without it when that is empty.
  public Metadata withSystem(String name, String value) {
    var changed = new LinkedHashMap<>(system);
    if (value.isEmpty()) changed.remove(name);
    else changed.put(name, value);
    return new Metadata(changed, user);
  }

  static <V> Map<String, V> ordered(Map<String, V> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
