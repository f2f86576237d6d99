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
}
