package io.tarn.node;

import io.tarn.node.SignedHttp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The admin API of a running server, as the commands see it.
final class AdminClient implements AutoCloseable {
  private static final String ROOT = "/admin/v1";
  private static final byte[] NOTHING = {};

  /// Signed with the rest: two equal changes of one second would have one signature, which is good
  /// once.
  private static final String NONCE = "x-tarn-nonce";

  private final SignedHttp http;

  AdminClient(SignedHttp http) {
    this.http = http;
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  JsonNode get(String target) {
    return ask("GET", target, NOTHING);
  }

  JsonNode post(String target, ObjectNode body) {
    return ask("POST", target, bytes(body));
  }

  JsonNode patch(String target, ObjectNode body) {
    return ask("PATCH", target, bytes(body));
  }

  JsonNode put(String target, byte[] body) {
    return ask("PUT", target, body);
  }

  JsonNode delete(String target) {
    return ask("DELETE", target, NOTHING);
  }

  String endpoint() {
    return http.endpoint();
  }

  static byte[] bytes(JsonNode body) {
    return Invocation.JSON.writeValueAsBytes(body);
  }

  private JsonNode ask(String method, String target, byte[] body) {
    Reply reply = http.send(method, ROOT + target, body, NONCE, UUID.randomUUID().toString());
    JsonNode answer = parsed(reply);
    if (reply.status() / 100 == 2) return answer;
    String code = answer.path("code").asString("");
    String message = answer.path("message").asString("HTTP status " + reply.status());
    throw new CommandFailure(exit(reply.status()), code, message + advice(reply.status()));
  }

  private JsonNode parsed(Reply reply) {
    try {
      return Invocation.JSON.readTree(new String(reply.body(), StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE,
          "NotTarn",
          "%s does not answer like Tarn's admin API (HTTP status %d); it is on port 9001 unless"
                  .formatted(http.endpoint(), reply.status())
              + " configured otherwise");
    }
  }

  private static ExitCode exit(int status) {
    return switch (status) {
      case 400, 405, 413 -> ExitCode.USAGE;
      case 401, 403 -> ExitCode.DENIED;
      case 404 -> ExitCode.NOT_FOUND;
      case 429, 503 -> ExitCode.TRY_AGAIN;
      default -> ExitCode.FAILURE;
    };
  }

  private static String advice(int status) {
    return switch (status) {
      case 401, 403 ->
          " Set TARN_ACCESS_KEY and TARN_SECRET_KEY to an administrator's key, or name the server's"
              + " directory with --data.";
      case 503 -> " Try again in a moment.";
      default -> "";
    };
  }

  @Override
  public void close() {
    http.close();
  }
}
