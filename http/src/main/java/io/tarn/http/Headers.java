package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Header or trailer fields in order; immutable. Names compare without regard to case. Values are
/// Latin-1: one char per byte on the wire.
public final class Headers {
  public static final Headers EMPTY = new Headers(new String[0]);

  // Name, value, name, value, ... A scan of some twenty entries beats any map, and costs one array.
  private final String[] fields;

  private Headers(String[] fields) {
    this.fields = fields;
  }

  /// Takes the array over without a check: for the parser, which has checked every byte.
  static Headers trusted(String[] fields) {
    return new Headers(fields);
  }

  /// Names and values alternately, checked like {@link Builder#add}.
  public static Headers of(String... namesAndValues) {
    Headers.Builder builder = builder();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /// The number of fields, repeated names counted each time.
  public int size() {
    return fields.length / 2;
  }

  /// The name of field `index`, in the case it came in.
  public String name(int index) {
    return fields[2 * index];
  }

  public String value(int index) {
    return fields[2 * index + 1];
  }

  /// The value of the first field of this name.
  public @Nullable String first(String name) {
    for (var i = 0; i < fields.length; i += 2) {
      if (fields[i].length() == name.length() && fields[i].equalsIgnoreCase(name)) {
        return fields[i + 1];
      }
    }
    return null;
  }

  public boolean has(String name) {
    return first(name) != null;
  }

  /// The values of all fields of this name, in order.
  public List<String> all(String name) {
    var found = new ArrayList<String>(2);
    for (var i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) found.add(fields[i + 1]);
    }
    return found;
  }

  /// Reads a received value as UTF-8, which is what S3 clients mean by bytes above 127. Malformed
  /// sequences become U+FFFD.
  public static String utf8(String value) {
    for (var i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 127) return new String(value.getBytes(ISO_8859_1), UTF_8);
    }
    return value;
  }

  /// The other way round: spells a value so that its UTF-8 bytes go on the wire.
  public static String fromUtf8(String value) {
    for (var i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 127) return new String(value.getBytes(UTF_8), ISO_8859_1);
    }
    return value;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : ", ").append(name(i)).append(": ").append(value(i));
    }
    return text.toString();
  }

  /// Collects fields. Used by one thread.
  public static final class Builder {
    private String[] fields = new String[16];
    private int used;

    private Builder() {}

    /// Appends a field.
    ///
    /// @throws IllegalArgumentException when the name is no token, or the value holds a control
    /// character other than tab (which could split the response) or a char above 255
    public Builder add(String name, String value) {
      checkName(name);
      checkValue(name, value);
      if (used == fields.length) fields = Arrays.copyOf(fields, 2 * used);
      fields[used++] = name;
      fields[used++] = value;
      return this;
    }

    public Builder add(String name, long value) {
      return add(name, Long.toString(value));
    }

    public Builder addAll(Headers headers) {
      for (var i = 0; i < headers.size(); i++) add(headers.name(i), headers.value(i));
      return this;
    }

    public Headers build() {
      return new Headers(Arrays.copyOf(fields, used));
    }

    private static void checkName(String name) {
      for (var i = 0; i < name.length(); i++) {
        if (!Grammar.isTokenChar(name.charAt(i))) {
          throw new IllegalArgumentException("a header name that is no token");
        }
      }
      if (name.isEmpty()) throw new IllegalArgumentException("an empty header name");
    }

    private static void checkValue(String name, String value) {
      for (var i = 0; i < value.length(); i++) {
        if (!Grammar.isFieldChar(value.charAt(i))) {
          throw new IllegalArgumentException(
              "a value of header " + name + " cannot go on the wire");
        }
      }
    }
  }
}
