package io.tarn.meta;

import java.util.Arrays;

/// A row: its key, its value and the token of the batch that wrote it. The value is empty in a page
/// that was asked for keys only. Equal when the contents are.
public record Entry(MetaKey key, byte[] value, long version) {

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry entry
        && version == entry.version
        && key.equals(entry.key)
        && Arrays.equals(value, entry.value);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Long.hashCode(version);
  }

  @Override
  public String toString() {
    return key + "@" + version + "(" + value.length + " bytes)";
  }
}
