package io.tarn.bench;

import java.util.Locale;

/// Byte counts as people write them: `4KiB`, `64MiB`, `5GiB`, or a plain number of bytes.
final class ByteSize {
  static final long KIB = 1L << 10;
  static final long MIB = 1L << 20;
  static final long GIB = 1L << 30;

  private ByteSize() {}

  static long parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < lower.length() && Character.isDigit(lower.charAt(end))) end++;
    if (end == 0) {
      throw new IllegalArgumentException("a size looks like 4KiB, 64MiB or 1234, not like " + text);
    }
    long unit =
        switch (lower.substring(end).strip()) {
          case "", "b" -> 1L;
          case "k", "kib" -> KIB;
          case "m", "mib" -> MIB;
          case "g", "gib" -> GIB;
          default ->
              throw new IllegalArgumentException(
                  "unknown unit in " + text + ": use KiB, MiB or GiB");
        };
    return Math.multiplyExact(Long.parseLong(lower.substring(0, end)), unit);
  }

  static String show(long bytes) {
    if (bytes >= GIB && bytes % GIB == 0) return bytes / GIB + " GiB";
    if (bytes >= MIB && bytes % MIB == 0) return bytes / MIB + " MiB";
    if (bytes >= KIB && bytes % KIB == 0) return bytes / KIB + " KiB";
    return bytes + " B";
  }
}
