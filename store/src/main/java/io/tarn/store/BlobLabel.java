package io.tarn.store;

import io.tarn.bytes.FlatJson;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a blob says of itself: the object or the part of an upload that it was written for, and
/// what was known of that then. Texts by name, written behind the bytes in a form that people can
/// read, too: it is for the day on which the metadata is lost or does not know the blob. Nothing
/// that is served depends on it.
///
/// What it belongs to is always in it; whatever else would make it long is left out, and `cut` says
/// so.
public record BlobLabel(Map<String, String> fields) {
  public static final BlobLabel NONE = new BlobLabel(Map.of());

  /// Longest in its written form: the longest key there can be, in the longest spelling.
  public static final int MAX_BYTES = 8192;

  /// What is more than what it belongs to is left out beyond this.
  private static final int SHORT_BYTES = 3072;

  public BlobLabel {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /// `more` is what else is known, the most useful first.
  public static BlobLabel of(BelongsTo owner, Map<String, String> more) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("bucket", owner.bucket());
    fields.put("key", owner.key());
    if (owner.part() > 0) {
      fields.put("upload", owner.upload());
      fields.put("part", String.valueOf(owner.part()));
    }
    int length = FlatJson.write(fields).length();
    boolean cut = false;
    for (Map.Entry<String, String> each : more.entrySet()) {
      int longer =
          FlatJson.write(Map.of(each.getKey(), each.getValue()))
              .getBytes(StandardCharsets.UTF_8)
              .length;
      if (length + longer > SHORT_BYTES) {
        cut = true;
        continue;
      }
      length += longer;
      fields.put(each.getKey(), each.getValue());
    }
    if (cut) fields.put("cut", "true");
    return new BlobLabel(fields);
  }

  /// What [#toBytes] wrote; null when it is nothing of that kind.
  public static @Nullable BlobLabel ofBytes(byte[] bytes) {
    Map<String, String> fields = FlatJson.read(new String(bytes, StandardCharsets.UTF_8));
    return fields == null ? null : new BlobLabel(fields);
  }

  /// At most [#MAX_BYTES].
  public byte[] toBytes() {
    byte[] bytes = FlatJson.write(fields).getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("a label of %d bytes".formatted(bytes.length));
    }
    return bytes;
  }

  /// The object or part; of which version of the object it is nobody knew when it was written.
  public BelongsTo owner() {
    return BelongsTo.of(fields);
  }
}
