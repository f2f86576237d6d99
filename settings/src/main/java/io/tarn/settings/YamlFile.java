package io.tarn.settings;

import io.tarn.settings.Raw.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Flattens one YAML file into paths with their texts and lines. Keys may be nested or joined with
/// dots. Values stay the text that was written (`0644` is not a number here); a key without a value
/// counts as not given. Parser messages are not passed on: they quote the file, and the file may
/// hold secrets.
final class YamlFile {
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;
  private final List<Problem> problems;
  private final Map<String, Given> given = new LinkedHashMap<>();
  private final Map<String, Origin> empty = new LinkedHashMap<>();

  YamlFile(Path file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  Map<String, Given> read() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        problem("", "", "the file is larger than 1 MiB");
      } else {
        parse(Files.readString(file));
      }
    } catch (IOException e) {
      problem(
          "",
          "",
          "cannot be read; check that it exists, is UTF-8 text and is readable by this user");
    }
    return given;
  }

  /// After [#read]: where there are keys with nothing below them.
  Map<String, Origin> empty() {
    return empty;
  }

  private void parse(String yaml) {
    try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), yaml)) {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) return;
      if (first != JsonToken.START_OBJECT) {
        problem("", place(parser), "must hold keys with values at the top");
        return;
      }
      var _ = section("", parser);
      if (parser.nextToken() != null) {
        problem("", place(parser), "holds a second document; keep one");
      }
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String place = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
      problem("", place, "not valid YAML; check indentation, quotes and colons here");
    }
  }

  /// The parser bounds the nesting. False if there is nothing in it.
  private boolean section(String path, JsonParser parser) {
    boolean any = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      value(path.isEmpty() ? name : path + "." + name, parser);
      any = true;
    }
    return any;
  }

  private void value(String path, JsonParser parser) {
    JsonToken token = parser.nextToken();
    String place = place(parser);
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      problem(path, place, "YAML aliases are not supported; write the value out");
    } else if (token == JsonToken.START_OBJECT) {
      if (!section(path, parser)) empty.putIfAbsent(path, Origin.file(file + place));
    } else if (token == JsonToken.START_ARRAY) {
      give(path, items(path, parser), place);
    } else if (token == JsonToken.VALUE_NULL) {
      empty.putIfAbsent(path, Origin.file(file + place));
    } else {
      give(path, new Raw.Text(parser.getString()), place);
    }
  }

  private Raw items(String path, JsonParser parser) {
    var items = new ArrayList<String>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
        items.add(parser.getString());
      } else {
        problem(path, place(parser), "a list may hold plain values only");
        parser.skipChildren();
      }
    }
    return new Raw.Items(items);
  }

  private void give(String path, Raw raw, String place) {
    Given before = given.putIfAbsent(path, new Given(raw, Origin.file(file + place)));
    if (before != null) problem(path, place, "given twice, first in " + before.origin());
  }

  private String place(JsonParser parser) {
    return ":" + parser.currentTokenLocation().getLineNr();
  }

  private void problem(String path, String place, String advice) {
    problems.add(new Problem(path, Origin.file(file + place).detail(), advice));
  }
}
