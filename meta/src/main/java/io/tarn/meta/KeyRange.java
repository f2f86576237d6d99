package io.tarn.meta;

/// The keys from `fromInclusive` up to but not including `toExclusive`. Empty when the bounds are
/// equal; crossed bounds are refused.
public record KeyRange(MetaKey fromInclusive, MetaKey toExclusive) {

  public KeyRange {
    if (fromInclusive.compareTo(toExclusive) > 0) {
      throw new IllegalArgumentException("range from " + fromInclusive + " back to " + toExclusive);
    }
  }

  /// Every key that starts with `prefix`, the prefix itself included. A prefix of nothing but 0xFF
  /// has no end and is refused.
  public static KeyRange ofPrefix(MetaKey prefix) {
    byte[] end = KeyBytes.afterPrefix(prefix.bytes());
    if (end == null) throw new IllegalArgumentException("nothing sorts after the prefix " + prefix);
    return new KeyRange(prefix, new MetaKey(end));
  }

  public boolean contains(MetaKey key) {
    return key.compareTo(fromInclusive) >= 0 && key.compareTo(toExclusive) < 0;
  }

  /// Whether a key can be in both.
  public boolean overlaps(KeyRange other) {
    return fromInclusive.compareTo(other.toExclusive) < 0
        && other.fromInclusive.compareTo(toExclusive) < 0
        && !isEmpty()
        && !other.isEmpty();
  }

  private boolean isEmpty() {
    return fromInclusive.equals(toExclusive);
  }

  /// The same range from `start` on; `start` may lie before, in or after it.
  public KeyRange from(MetaKey start) {
    if (start.compareTo(fromInclusive) <= 0) return this;
    return new KeyRange(start.compareTo(toExclusive) < 0 ? start : toExclusive, toExclusive);
  }
}
