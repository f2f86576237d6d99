package io.tarn.files;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON of files, in ASCII, so that it can stand in a header.
final class FileJson {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                  .build())
          .build();

  private FileJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static String text(JsonNode node) {
    return JSON.writeValueAsString(node);
  }

  static byte[] bytes(JsonNode node) {
    return (text(node) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  static String text(Map<String, String> texts) {
    return text(node(texts));
  }

  private static ObjectNode node(Map<String, String> texts) {
    ObjectNode node = object();
    new TreeMap<>(texts).forEach(node::put);
    return node;
  }

  /// An object of strings; empty when it is none.
  static Optional<Map<String, String>> texts(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      if (!node.isObject()) return Optional.empty();
      Map<String, String> texts = new TreeMap<>();
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        if (!each.getValue().isString()) return Optional.empty();
        texts.put(each.getKey(), each.getValue().asString());
      }
      return Optional.of(texts);
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  /// With the fields that clients know. On one node nothing is only known of, so nothing is a
  /// symlink.
  static ObjectNode of(FileMeta meta, boolean fetched) {
    ObjectNode node =
        object()
            .put("id", meta.id().text())
            .put("name", meta.said().name())
            .put("size", meta.size())
            .put("timestamp", meta.timestamp());
    node.set("user_meta", node(meta.said().user()));
    return node.put("is_symlink", false)
        .put("consistency", meta.level().number())
        .put("is_deleted", meta.deleted())
        .put("is_fetched", fetched);
  }
}
