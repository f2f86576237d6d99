package io.tarn.request;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parameters of a query, decoded once, in order. A name that comes twice counts with its first
/// value, for everyone who asks. Immutable.
public final class Query {
  public static final Query NONE = new Query(new String[0]);

  /// More than any operation has, and few enough to look through again and again.
  static final int MOST = 256;

  // Name, value, name, value, …
  private final String[] fields;

  private Query(String[] fields) {
    this.fields = fields;
  }

  /// Parses what stands behind the `?`, one char per byte. A name without `=` has an empty value;
  /// `+` is a space, as clients and S3 read it.
  ///
  /// @throws IllegalArgumentException when an escape is malformed, or there are too many
  public static Query parse(String raw) {
    if (raw.isEmpty()) return NONE;
    var fields = new ArrayList<String>();
    int length = raw.length();
    for (int start = 0, end; start <= length; start = end + 1) {
      end = raw.indexOf('&', start);
      if (end < 0) end = length;
      if (end == start) continue;
      if (fields.size() == 2 * MOST) {
        throw new IllegalArgumentException("more than " + MOST + " parameters");
      }
      int equals = raw.indexOf('=', start);
      boolean bare = equals < 0 || equals >= end;
      fields.add(Percent.decode(raw.substring(start, bare ? end : equals), true));
      fields.add(bare ? "" : Percent.decode(raw.substring(equals + 1, end), true));
    }
    return new Query(fields.toArray(new String[0]));
  }

  /// Names and values alternately, decoded.
  public static Query of(List<String> fields) {
    return fields.isEmpty() ? NONE : new Query(fields.toArray(new String[0]));
  }

  public int size() {
    return fields.length / 2;
  }

  public String name(int index) {
    return fields[2 * index];
  }

  public String value(int index) {
    return fields[2 * index + 1];
  }

  /// The first value of this parameter; empty when it came without one, null when it did not come.
  public @Nullable String first(String name) {
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equals(name)) return fields[i + 1];
    }
    return null;
  }

  /// As [#first], empty when it did not come.
  public String text(String name) {
    String value = first(name);
    return value == null ? "" : value;
  }

  public boolean has(String name) {
    return first(name) != null;
  }
}
