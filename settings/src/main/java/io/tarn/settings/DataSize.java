package io.tarn.settings;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/// A number of bytes. Text form: a number and a unit. `k`, `m`, `g`, `t` and `KiB`, `MiB`, `GiB`,
/// `TiB` count in 1024s; `kB`, `MB`, `GB`, `TB` in 1000s; no unit or `B` means bytes. Letter case
/// does not matter.
public record DataSize(long bytes) implements Comparable<DataSize> {
  private static final List<String> BINARY = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

  public DataSize {
    if (bytes < 0) throw new IllegalArgumentException("a size cannot be negative");
  }

  public static DataSize ofBytes(long bytes) {
    return new DataSize(bytes);
  }

  public static DataSize ofKibibytes(long kibibytes) {
    return new DataSize(Math.multiplyExact(kibibytes, 1L << 10));
  }

  public static DataSize ofMebibytes(long mebibytes) {
    return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  public static DataSize ofGibibytes(long gibibytes) {
    return new DataSize(Math.multiplyExact(gibibytes, 1L << 30));
  }

  /// @throws IllegalArgumentException if the text is no size, is no whole number of bytes, or
  /// exceeds 8 EiB
  public static DataSize parse(String text) {
    String trimmed = text.strip();
    int end = 0;
    while (end < trimmed.length() && isNumeral(trimmed.charAt(end))) end++;
    try {
      var number = new BigDecimal(trimmed.substring(0, end));
      long factor = factor(trimmed.substring(end).strip().toLowerCase(Locale.ROOT));
      return new DataSize(number.multiply(BigDecimal.valueOf(factor)).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("not a size; write for example 512k, 64 MiB or 10 GB", e);
    }
  }

  private static boolean isNumeral(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static long factor(String unit) {
    if (unit.isEmpty() || unit.equals("b")) return 1;
    int power = "kmgtp".indexOf(unit.charAt(0)) + 1;
    String rest = unit.substring(1);
    if (power == 0) throw new NumberFormatException("unit");
    if (rest.isEmpty() || rest.equals("ib")) return 1L << (10 * power);
    if (!rest.equals("b")) throw new NumberFormatException("unit");
    long factor = 1;
    for (int i = 0; i < power; i++) factor *= 1000;
    return factor;
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /// The largest unit that needs no fraction; [#parse] reads it back.
  @Override
  public String toString() {
    int power =
        bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, BINARY.size() - 1);
    return (bytes >> (10 * power)) + " " + BINARY.get(power);
  }
}
