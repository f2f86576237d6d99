package io.tarn.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Settings that were read without a problem: the value, every setting as it may be shown (in the
/// order of the tree, secrets as stars), and notes to log once (aliases that were used).
public record Loaded<R extends Record>(R value, List<Shown> shown, List<String> notes) {
  public Loaded {
    shown = List.copyOf(shown);
    notes = List.copyOf(notes);
  }

  /// One setting fit to be printed.
  public record Shown(String path, String text, boolean secret, Origin origin) {
    public Shown {
      if (secret && !text.isEmpty()) text = Secret.STARS;
    }
  }

  /// Path to text, for JSON.
  public Map<String, String> flat() {
    var flat = new LinkedHashMap<String, String>();
    for (var each : shown) flat.put(each.path(), each.text());
    return flat;
  }

  public Map<String, Origin> origins() {
    var origins = new LinkedHashMap<String, Origin>();
    for (var each : shown) origins.put(each.path(), each.origin());
    return origins;
  }

  /// One line per setting. Without secrets in it the text is a valid settings file that means the
  /// same.
  public String text(boolean withOrigins) {
    int width =
        withOrigins ? shown.stream().mapToInt(each -> line(each).length()).max().orElse(0) : 0;
    var text = new StringBuilder();
    for (var each : shown) {
      String line = line(each);
      text.append(line);
      if (withOrigins) {
        text.repeat(' ', Math.min(width, 60) - Math.min(line.length(), 60) + 2)
            .append("# ")
            .append(each.origin());
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String line(Shown each) {
    return each.path() + ": " + quoted(each.text());
  }

  private static String quoted(String text) {
    boolean plain = !text.isEmpty() && !text.startsWith(" ") && !text.endsWith(" ");
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = Character.isLetterOrDigit(c) || " /._-+".indexOf(c) >= 0;
    }
    if (plain && text.charAt(0) != '-' && !text.equalsIgnoreCase("null")) return text;
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c == '\n') {
        quoted.append("\\n");
      } else if (c < ' ' || c == 0x7f) {
        quoted
            .append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
