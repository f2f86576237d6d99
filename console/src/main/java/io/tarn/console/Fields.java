package io.tarn.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The members of a JSON object that was sent. Each is asked for by name and type; those that
/// nobody asked for are refused at the end, because a misspelt field must not be ignored.
final class Fields {
  private static final int LONGEST = 1024;
  private static final int MOST_TEXTS = 64;

  private final JsonNode object;
  private final Set<String> asked = new TreeSet<>();

  private Fields(JsonNode object) {
    this.object = object;
  }

  /// An empty body is an empty object.
  static Fields of(byte[] body) {
    if (body.length == 0) return new Fields(Replies.object());
    JsonNode tree;
    try {
      tree = Replies.JSON.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw AdminFailure.invalid("The body is not JSON: " + e.getOriginalMessage());
    }
    if (!tree.isObject()) throw AdminFailure.invalid("The body is not a JSON object.");
    return new Fields(tree);
  }

  /// Empty when it did not come.
  String text(String name) {
    asked.add(name);
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) return "";
    if (!value.isString()) throw AdminFailure.invalid("\"" + name + "\" is not a string.");
    String text = value.asString();
    if (text.length() > LONGEST) {
      throw AdminFailure.invalid("\"" + name + "\" is longer than " + LONGEST + " characters.");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw AdminFailure.invalid("\"" + name + "\" holds a control character.");
    }
    return text;
  }

  /// A few texts by their names; none when it did not come.
  Map<String, String> texts(String name) {
    asked.add(name);
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) return Map.of();
    if (!value.isObject() || value.size() > MOST_TEXTS) {
      throw AdminFailure.invalid(
          "\"%s\" is not an object of at most %d strings.".formatted(name, MOST_TEXTS));
    }
    var within = new Fields(value);
    Map<String, String> texts = new TreeMap<>();
    for (String each : value.propertyNames()) {
      if (each.length() > LONGEST) throw AdminFailure.invalid("A name in it is too long.");
      texts.put(each, within.text(each));
    }
    return texts;
  }

  /// Null when it did not come.
  @Nullable String optional(String name) {
    String text = text(name);
    return object.has(name) && !object.path(name).isNull() ? text : null;
  }

  String required(String name) {
    String text = text(name);
    if (text.isEmpty()) throw AdminFailure.invalid("\"" + name + "\" is missing.");
    return text;
  }

  boolean flag(String name) {
    asked.add(name);
    JsonNode value = object.get(name);
    if (value == null || !value.isBoolean()) {
      throw AdminFailure.invalid("\"" + name + "\" is neither true nor false.");
    }
    return value.asBoolean();
  }

  /// Null when it did not come.
  @Nullable Boolean optionalFlag(String name) {
    asked.add(name);
    return object.has(name) ? flag(name) : null;
  }

  /// Refuses what nobody asked for.
  void end() {
    var unknown = new ArrayList<String>();
    for (String name : object.propertyNames()) {
      if (!asked.contains(name)) {
        unknown.add(name.length() <= 40 ? name : name.substring(0, 40) + "…");
      }
    }
    if (!unknown.isEmpty()) {
      throw AdminFailure.invalid(
          "Unknown field \"%s\"; known are: %s."
              .formatted(unknown.getFirst(), String.join(", ", asked)));
    }
  }
}
