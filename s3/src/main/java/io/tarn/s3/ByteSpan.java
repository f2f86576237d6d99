package io.tarn.s3;

import io.tarn.store.ByteRange;
import java.util.Optional;

/// A `Range` of one piece (RFC 9110 §14.1.2), before the length of the object is known.
public sealed interface ByteSpan {
  record Whole() implements ByteSpan {}

  /// Bytes `first` to `last`, both included; `last` may lie behind the end.
  record Between(long first, long last) implements ByteSpan {}

  /// From `first` to the end.
  record From(long first) implements ByteSpan {}

  /// The last `count` bytes.
  record Last(long count) implements ByteSpan {}

  /// The bytes it means in an object of `size` bytes; empty when it cannot be satisfied.
  default Optional<ByteRange> within(long size) {
    long first =
        switch (this) {
          case Between between -> between.first();
          case Whole _ -> 0;
          case From from -> from.first();
          case Last last -> last.count() == 0 ? size : Math.max(0, size - last.count());
        };
    long last = this instanceof Between between ? Math.min(between.last(), size - 1) : size - 1;
    return first >= size ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }

  /// Reads a `Range` header. As S3 does, what is not one well-formed range of bytes is passed over:
  /// the whole object answers it.
  static ByteSpan parse(String header) {
    String unit = "bytes=";
    if (!header.regionMatches(true, 0, unit, 0, unit.length())) return new Whole();
    String range = only(header.substring(unit.length()));
    int dash = range.indexOf('-');
    if (dash < 0) return new Whole();
    boolean fromEnd = dash == 0;
    boolean open = dash + 1 == range.length();
    long first = fromEnd ? 0 : Numbers.position(range, 0, dash);
    long last = open ? 0 : Numbers.position(range, dash + 1, range.length());
    if (first < 0 || last < 0 || (fromEnd && open)) return new Whole();
    if (fromEnd) return new Last(last);
    if (open) return new From(first);
    return last < first ? new Whole() : new Between(first, last);
  }

  /// The one element of a list, in which empty ones do not count (RFC 9110 §5.6.1.2); empty when
  /// there are several.
  private static String only(String list) {
    if (list.indexOf(',') < 0) return list.stripTrailing();
    String only = "";
    for (String element : list.split(",", -1)) {
      if (element.isBlank()) continue;
      if (!only.isEmpty()) return "";
      only = element.strip();
    }
    return only;
  }

  /// Reads `x-amz-copy-source-range`, which must be `bytes=first-last`.
  ///
  /// @throws S3Failure when it is not
  static ByteRange ofCopy(String header) {
    boolean plain = header.indexOf(',') < 0 && header.indexOf(' ') < 0;
    if (plain && parse(header) instanceof Between between)
      return new ByteRange(between.first(), between.last());
    throw S3Failure.argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and"
            + " last are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range",
        Numbers.abbreviated(header));
  }
}
