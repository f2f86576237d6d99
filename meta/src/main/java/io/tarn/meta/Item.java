package io.tarn.meta;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One item of a [Page], in key order.
public sealed interface Item {

  /// A row as it is stored.
  record Row(Entry entry) implements Item {}

  /// A group of rows: the common beginning of their keys up to and including the delimiter. Counts
  /// 1 towards the limit, like S3's CommonPrefixes.
  record Rollup(byte[] prefix) implements Item {
    @Override
    public boolean equals(Object other) {
      return other instanceof Rollup rollup && Arrays.equals(prefix, rollup.prefix);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(prefix);
    }

    @Override
    public String toString() {
      return "Rollup[" + new String(prefix, StandardCharsets.UTF_8) + "]";
    }
  }
}
