package io.tarn.index;

import io.tarn.store.ListFrom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where a listing starts and what it groups, in bytes. `start` is where to begin, `pastStart`
/// whether everything that begins with it is to be skipped, too.
record Positions(byte[] prefix, byte[] delimiter, byte[] start, boolean pastStart) {
  /// No key is longer, so this much of a marker decides as well as all of it.
  private static final int ENOUGH = io.tarn.store.Key.MAX_BYTES + 1;

  static Positions of(String prefix, String delimiter, ListFrom from) {
    byte[] p = prefix.getBytes(StandardCharsets.UTF_8);
    byte[] d = delimiter.getBytes(StandardCharsets.UTF_8);
    return switch (from) {
      case ListFrom.PastGroup(var group, _) ->
          new Positions(p, d, cut(group.getBytes(StandardCharsets.UTF_8)), true);
      case ListFrom.After(var text, _) -> after(p, d, cut(text.getBytes(StandardCharsets.UTF_8)));
    };
  }

  /// A marker inside a group hides the group: it is not greater than the marker.
  private static Positions after(byte[] prefix, byte[] delimiter, byte[] marker) {
    byte[] group = startsWith(marker, prefix) ? group(marker, prefix, delimiter) : null;
    if (group != null) return new Positions(prefix, delimiter, group, true);
    return new Positions(prefix, delimiter, marker, false);
  }

  private static byte[] cut(byte[] bytes) {
    return bytes.length <= ENOUGH ? bytes : Arrays.copyOf(bytes, ENOUGH);
  }

  static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// The group that a key with the prefix falls into, or null.
  byte @Nullable [] group(byte[] key) {
    return group(key, prefix, delimiter);
  }

  private static byte @Nullable [] group(byte[] key, byte[] prefix, byte[] delimiter) {
    if (delimiter.length == 0) return null;
    for (int at = prefix.length; at + delimiter.length <= key.length; at++) {
      int end = at + delimiter.length;
      if (Arrays.equals(key, at, end, delimiter, 0, delimiter.length)) {
        return Arrays.copyOf(key, end);
      }
    }
    return null;
  }

  /// A prefix longer than any key.
  boolean matchesNothing() {
    return prefix.length > io.tarn.store.Key.MAX_BYTES;
  }
}
