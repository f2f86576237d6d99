package io.tarn.store;

import java.util.LinkedHashMap;
import java.util.Map;

/// The object or the part of an upload that a blob has bytes of, for whoever looks for it by name.
/// What is not known is empty, or 0.
///
/// - `version`: empty when it is not known which one it is
/// - `upload`: what the id of the upload begins with
/// - `part`: the number of the part, else 0
public record BelongsTo(String bucket, String key, String version, String upload, int part) {
  public static final BelongsTo UNKNOWN = new BelongsTo("", "", "", "", 0);

  /// A version of an object.
  public static BelongsTo version(String bucket, String key, String version) {
    return new BelongsTo(bucket, key, version, "", 0);
  }

  /// What [#fields] wrote; what is missing or not understood is not known.
  public static BelongsTo of(Map<String, String> fields) {
    String part = fields.getOrDefault("part", "0");
    return new BelongsTo(
        fields.getOrDefault("bucket", ""),
        fields.getOrDefault("key", ""),
        fields.getOrDefault("version", ""),
        fields.getOrDefault("upload", ""),
        part.matches("[0-9]{1,5}") ? Integer.parseInt(part) : 0);
  }

  /// All of it by name: texts, and the part as an [Integer].
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bucket", bucket);
    fields.put("key", key);
    fields.put("version", version);
    fields.put("upload", upload);
    fields.put("part", part);
    return fields;
  }

  public boolean isKnown() {
    return !equals(UNKNOWN);
  }
}
