package io.tarn.bytes;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One object of JSON with texts and whole numbers in it, which come back as texts. For what a
/// volume says of itself and of its blobs, and people may want to read.
public final class FlatJson {
  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /// Texts are quoted, numbers are not.
  public static String write(Map<String, ?> fields) {
    var out = new StringBuilder("{");
    fields.forEach(
        (name, value) -> {
          if (out.length() > 1) out.append(',');
          quote(out.append("\n  "), name);
          out.append(": ");
          if (value instanceof Number) {
            out.append(value);
          } else {
            quote(out, value.toString());
          }
        });
    return out.append("\n}\n").toString();
  }

  private static void quote(StringBuilder out, String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean plain = c >= ' ' && c != 0x7f && !Character.isSurrogate(c) && c != 0x2028;
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (plain) {
        out.append(c);
      } else {
        out.append("\\u%04x".formatted((int) c));
      }
    }
    out.append('"');
  }

  /// Null when it is nothing that [#write] wrote.
  public static @Nullable Map<String, String> read(String text) {
    try {
      return new FlatJson(text).object();
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      return null;
    }
  }

  private Map<String, String> object() {
    var fields = new LinkedHashMap<String, String>();
    expect('{');
    while (next() != '}') {
      if (!fields.isEmpty()) expect(',');
      String name = string();
      expect(':');
      String value = next() == '"' ? string() : number();
      if (fields.put(name, value) != null) throw new IllegalArgumentException("twice: " + name);
    }
    expect('}');
    if (!text.substring(at).isBlank()) throw new IllegalArgumentException("more than an object");
    return fields;
  }

  /// What comes behind white space.
  private char next() {
    while (" \n\r\t".indexOf(text.charAt(at)) >= 0) at++;
    return text.charAt(at);
  }

  private void expect(char wanted) {
    if (next() != wanted) throw new IllegalArgumentException("no %c at %d".formatted(wanted, at));
    at++;
  }

  private String string() {
    expect('"');
    var out = new StringBuilder();
    for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = text.charAt(at++);
      if (escaped == 'u') {
        out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
        at += 4;
      } else if (escaped == '"' || escaped == '\\') {
        out.append(escaped);
      } else {
        throw new IllegalArgumentException("an escape that is never written");
      }
    }
    return out.toString();
  }

  private String number() {
    int from = at;
    while (Character.isDigit(text.charAt(at))) at++;
    if (at == from) throw new IllegalArgumentException("no value at " + at);
    return text.substring(from, at);
  }
}
