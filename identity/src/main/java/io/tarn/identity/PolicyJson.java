package io.tarn.identity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// A JSON document as it is written: doubled keys are refused, numbers keep their text and are
/// never computed, nesting is bounded.
sealed interface PolicyJson {
  int DEEPEST = 12;

  /// A string, or the spelling of a number or boolean.
  record Scalar(String text) implements PolicyJson {}

  record Nothing() implements PolicyJson {}

  record Array(List<PolicyJson> items) implements PolicyJson {}

  record Members(SequencedMap<String, PolicyJson> members) implements PolicyJson {}

  /// Fails with [MalformedPolicy] when `text` is not one JSON document.
  static PolicyJson parse(String text) {
    try (JsonParser parser = Reader.FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) throw new MalformedPolicy("", "an empty document");
      PolicyJson document = Reader.value(parser);
      if (parser.nextToken() != null) throw new MalformedPolicy("", "more than one document");
      return document;
    } catch (JacksonException e) {
      throw new MalformedPolicy("", "not JSON: " + Reader.plain(e));
    }
  }

  /// Recursive descent; the parser's constraints bound its depth.
  final class Reader {
    private static final JsonFactory FACTORY =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(64)
                    .maxNameLength(1024)
                    .maxStringLength(Policy.MAX_BYTES)
                    .maxDocumentLength(Policy.MAX_BYTES)
                    .build())
            .build();

    private Reader() {}

    /// What is wrong and in which line, without the parser's talk of its sources.
    private static String plain(JacksonException e) {
      String message = e.getOriginalMessage();
      int talk = message.indexOf(" (start marker");
      String what = talk < 0 ? message : message.substring(0, talk);
      TokenStreamLocation where = e.getLocation(); // a broken limit has none
      return where == null
          ? what
          : "%s (line %d, column %d)".formatted(what, where.getLineNr(), where.getColumnNr());
    }

    private static PolicyJson value(JsonParser parser) {
      return switch (parser.currentToken()) {
        case START_OBJECT -> members(parser);
        case START_ARRAY -> array(parser);
        case VALUE_NULL -> new Nothing();
        case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
            new Scalar(parser.getString());
        case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
            throw new IllegalStateException("token " + parser.currentToken());
      };
    }

    private static PolicyJson array(JsonParser parser) {
      var items = new ArrayList<PolicyJson>();
      while (parser.nextToken() != JsonToken.END_ARRAY) items.add(value(parser));
      return new Array(items);
    }

    private static PolicyJson members(JsonParser parser) {
      var members = new LinkedHashMap<String, PolicyJson>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, value(parser));
      }
      return new Members(members);
    }
  }
}
