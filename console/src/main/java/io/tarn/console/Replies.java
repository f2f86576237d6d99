package io.tarn.console;

import io.tarn.http.Headers;
import io.tarn.http.Response;
import io.tarn.http.ResponseBody.Bytes;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How the console speaks: JSON, never cached, never guessed to be something else.
final class Replies {
  /// Reads and writes trees only, so no class is ever chosen by what a client sent.
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxNumberLength(20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private Replies() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static Response json(int status, JsonNode body, String requestId) {
    byte[] bytes =
        (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(body) + "\n")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return new Response(status, headers("application/json", requestId), new Bytes(bytes));
  }

  static Response page(String contentType, byte[] body, String requestId) {
    return new Response(200, headers(contentType, requestId), new Bytes(body));
  }

  static Response failure(AdminFailure failure, String requestId) {
    ObjectNode body =
        object()
            .put("code", failure.code())
            .put("message", failure.text())
            .put("requestId", requestId);
    Response reply = json(failure.status(), body, requestId);
    if (failure.retryAfter() == 0) return reply;
    Headers.Builder headers =
        Headers.builder()
            .addAll(reply.headers())
            .add("Retry-After", Long.toString(failure.retryAfter()));
    return new Response(reply.status(), headers.build(), reply.body());
  }

  private static Headers headers(String contentType, String requestId) {
    Headers.Builder headers =
        Headers.builder()
            .add("Content-Type", contentType)
            .add("Cache-Control", "no-store")
            .add("X-Content-Type-Options", "nosniff")
            .add("Server", "Tarn");
    if (!requestId.isEmpty()) headers.add("x-amz-request-id", requestId);
    return headers.build();
  }
}
