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
    int dash = header.indexOf('-');
    if (!header.regionMatches(true, 0, "bytes=", 0, 6) || dash < 6) return new Whole();
    int end = header.length();
    while (end > dash + 1 && header.charAt(end - 1) == ' ') end--;
    boolean fromEnd = dash == 6;
    boolean open = dash + 1 == end;
    long first = fromEnd ? 0 : Numbers.position(header, 6, dash);
    long last = open ? 0 : Numbers.position(header, dash + 1, end);
    if (first < 0 || last < 0 || (fromEnd && open)) return new Whole();
    if (fromEnd) return new Last(last);
    if (open) return new From(first);
    return last < first ? new Whole() : new Between(first, last);
  }

  /// Reads `x-amz-copy-source-range`, which must be `bytes=first-last`.
  ///
  /// @throws S3Failure when it is not
  static ByteRange ofCopy(String header) {
    if (parse(header) instanceof Between between)
      return new ByteRange(between.first(), between.last());
    throw S3Failure.argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and"
            + " last are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range",
        Numbers.abbreviated(header));
  }
}
