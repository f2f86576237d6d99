package io.tarn.store;

import java.util.Optional;

/// Which bytes of an object are wanted, before it is known how many there are (RFC 9110 §14.1.2),
/// or which part it was uploaded in (S3's `partNumber`).
public sealed interface Span {
  record Whole() implements Span {}

  /// Bytes `first` to `last`, both included; `last` may lie behind the end.
  record Between(long first, long last) implements Span {}

  /// From `first` to the end.
  record From(long first) implements Span {}

  /// The last `count` bytes.
  record Last(long count) implements Span {}

  /// Those of one part. An object that was not uploaded in parts is its own first.
  record OfPart(int number) implements Span {}

  /// The bytes that a span of bytes means in an object of `size` bytes; empty when there are none.
  default Optional<ByteRange> within(long size) {
    long first =
        switch (this) {
          case Between between -> between.first();
          case From from -> from.first();
          case Last last -> last.count() == 0 ? size : Math.max(0, size - last.count());
          case Whole _, OfPart _ -> 0;
        };
    long last = this instanceof Between between ? Math.min(between.last(), size - 1) : size - 1;
    return first >= size ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }
}
