package io.tarn.credentials;

import io.tarn.settings.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The document in which container endpoints and instance metadata give keys.
final class JsonCredentials {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private JsonCredentials() {}

  static Credentials of(byte[] document, String source) {
    JsonNode node = read(document, source);
    String code = node.path("Code").asString("Success");
    if (!code.equals("Success")) {
      throw new CredentialsFailure("%s: it answered %s".formatted(source, word(code)));
    }
    return new Credentials(
        node.path("AccessKeyId").asString(""),
        Secret.of(node.path("SecretAccessKey").asString("")),
        Secret.of(node.path("Token").asString("")),
        expiry(node.path("Expiration").asString(""), source),
        source);
  }

  /// Of the parser's complaint nothing is kept: it quotes what it read.
  private static JsonNode read(byte[] document, String source) {
    try {
      return JSON.readTree(document);
    } catch (JacksonException e) {
      throw new CredentialsFailure(source + ": what it answered is no document with keys");
    }
  }

  /// [Instant#MAX] for none.
  static Instant expiry(String text, String source) {
    if (text.isEmpty()) return Instant.MAX;
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new CredentialsFailure(source + ": when the keys expire cannot be read");
    }
  }

  /// A code of an error if it looks like one.
  static String word(String code) {
    return code.matches("[A-Za-z0-9.]{1,64}") ? code : "no known error";
  }
}
