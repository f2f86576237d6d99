package io.tarn.testkit;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The head of a request as it was on the wire. `fields` are the lines of the header.
public record WireRequest(String method, String target, List<String> fields) {
  public WireRequest {
    fields = List.copyOf(fields);
  }

  /// Method, and the names of the parameters: `PUT partNumber uploadId`. A copy says `copy`, a
  /// range `range`.
  public String kind() {
    var kind = new StringBuilder(method);
    int query = target.indexOf('?');
    var names = new TreeSet<String>();
    if (query >= 0) {
      for (String parameter : target.substring(query + 1).split("&", -1)) {
        String name = parameter.split("=", 2)[0];
        if (!name.startsWith("X-Amz-")) names.add(name);
      }
    }
    names.forEach(name -> kind.append(' ').append(name));
    if (field("x-amz-copy-source") != null) kind.append(" copy");
    if (field("range") != null) kind.append(" range");
    return kind.toString();
  }

  /// The value of a field; null when there is none. The name is in lower case.
  public @Nullable String field(String name) {
    return field(fields, name);
  }

  static @Nullable String field(List<String> fields, String name) {
    for (String line : fields) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return null;
  }
}
