package io.tarn.meta;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Arithmetic on keys as unsigned byte strings.
final class KeyBytes {

  private KeyBytes() {}

  /// The smallest byte string greater than everything that starts with `prefix`, or null for a
  /// prefix of nothing but 0xFF: nothing sorts after that.
  static byte @Nullable [] afterPrefix(byte[] prefix) {
    for (int last = prefix.length - 1; last >= 0; last--) {
      if (prefix[last] != (byte) 0xFF) {
        byte[] after = Arrays.copyOf(prefix, last + 1);
        after[last]++;
        return after;
      }
    }
    return null;
  }

  /// The offset of `part` in `text` at or after `from`, or -1.
  static int indexOf(byte[] text, byte[] part, int from) {
    int end = text.length - part.length;
    for (int at = from; at <= end; at++) {
      if (text[at] == part[0]
          && (part.length == 1
              || Arrays.equals(text, at, at + part.length, part, 0, part.length))) {
        return at;
      }
    }
    return -1;
  }
}
