package io.tarn.tree;

import io.tarn.store.Metadata;
import io.tarn.store.Tags;
import java.util.LinkedHashMap;
import java.util.Map;

/// Metadata and tags as fields of a record: the name of each behind a letter for its kind.
final class Said {
  private static final String SYSTEM = "s.";
  private static final String USER = "u.";
  private static final String TAG = "t.";

  private Said() {}

  static void put(Map<String, Object> fields, Metadata metadata, Tags tags) {
    metadata.system().forEach((name, value) -> fields.put(SYSTEM + name, value));
    metadata.user().forEach((name, value) -> fields.put(USER + name, value));
    tags.values().forEach((name, value) -> fields.put(TAG + name, value));
  }

  static Metadata metadata(Map<String, String> fields) {
    return new Metadata(named(fields, SYSTEM), named(fields, USER));
  }

  static Tags tags(Map<String, String> fields) {
    return new Tags(named(fields, TAG));
  }

  private static Map<String, String> named(Map<String, String> fields, String kind) {
    Map<String, String> named = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith(kind)) named.put(name.substring(kind.length()), value);
        });
    return named;
  }
}
