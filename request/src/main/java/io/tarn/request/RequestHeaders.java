package io.tarn.request;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The header fields of a request, in order of arrival. Values are as on the wire, one char per
/// byte; names compare without regard to case, and callers ask in lower case.
public interface RequestHeaders {
  /// The number of fields, repeated names counted each time.
  int size();

  /// The name of field `index`, in the case it came in.
  String name(int index);

  String value(int index);

  /// The value of the first field of this name.
  default @Nullable String first(String name) {
    for (int i = 0, size = size(); i < size; i++) {
      if (name.equalsIgnoreCase(name(i))) return value(i);
    }
    return null;
  }

  /// The values of all fields of this name, in order.
  default List<String> all(String name) {
    var values = new ArrayList<String>(2);
    for (int i = 0, size = size(); i < size; i++) {
      if (name.equalsIgnoreCase(name(i))) values.add(value(i));
    }
    return values;
  }

  default boolean has(String name) {
    return first(name) != null;
  }

  /// Names and values alternately.
  static RequestHeaders of(String... fields) {
    String[] copy = fields.clone();
    return new RequestHeaders() {
      @Override
      public int size() {
        return copy.length / 2;
      }

      @Override
      public String name(int index) {
        return copy[2 * index];
      }

      @Override
      public String value(int index) {
        return copy[2 * index + 1];
      }
    };
  }
}
