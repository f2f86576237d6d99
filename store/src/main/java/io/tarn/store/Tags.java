package io.tarn.store;

import java.util.Map;

/// The tag set of an object or bucket, in the order given. Limits are the front end's: they differ
/// between the two.
public record Tags(Map<String, String> values) {
  public static final Tags NONE = new Tags(Map.of());

  public Tags {
    values = Metadata.ordered(values);
  }
}
