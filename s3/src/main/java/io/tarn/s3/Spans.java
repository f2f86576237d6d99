package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.S3Failure;
import io.tarn.store.ByteRange;
import io.tarn.store.Span;

/// Reads `Range` and `x-amz-copy-source-range`.
final class Spans {
  private Spans() {}

  /// Reads a `Range` header. As S3 does, what is not one well-formed range of bytes is passed over:
  /// the whole object answers it.
  static Span parse(String header) {
    String unit = "bytes=";
    if (!header.regionMatches(true, 0, unit, 0, unit.length())) return new Span.Whole();
    String range = only(header.substring(unit.length()));
    int dash = range.indexOf('-');
    if (dash < 0) return new Span.Whole();
    boolean fromEnd = dash == 0;
    boolean open = dash + 1 == range.length();
    long first = fromEnd ? 0 : Numbers.position(range, 0, dash);
    long last = open ? 0 : Numbers.position(range, dash + 1, range.length());
    if (first < 0 || last < 0 || (fromEnd && open)) return new Span.Whole();
    if (fromEnd) return new Span.Last(last);
    if (open) return new Span.From(first);
    return last < first ? new Span.Whole() : new Span.Between(first, last);
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
    if (plain && parse(header) instanceof Span.Between(var first, var last)) {
      return new ByteRange(first, last);
    }
    throw S3Failure.argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and"
            + " last are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range",
        Numbers.abbreviated(header));
  }
}
