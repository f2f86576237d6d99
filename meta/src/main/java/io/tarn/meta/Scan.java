package io.tarn.meta;

/// One page to read, in key order.
///
/// With `rollupAt` ≥ 0 every key that contains `delimiter` at or after that offset collapses, with
/// its neighbours of the same group, into one [Item.Rollup], and the store seeks past the group.
/// The offset is where the S3 prefix ends inside the key. Make scans with [#of] and the `with`
/// methods.
///
/// - `range`: the keys to visit
/// - `limit`: the most items to answer, roll-ups included; 1 to 100,000
/// - `values`: false leaves the values of the entries empty (their versions are still there)
/// - `rollupAt`: offset in the key after which the delimiter counts; -1 rolls nothing up
/// - `delimiter`: one or more bytes; empty without roll-up
public record Scan(KeyRange range, int limit, boolean values, int rollupAt, byte[] delimiter) {

  public static final int MAX_LIMIT = 100_000;

  private static final byte[] NONE = {};

  public Scan {
    if (limit < 1 || limit > MAX_LIMIT) throw new IllegalArgumentException("a page of " + limit);
    if (rollupAt < -1 || (rollupAt >= 0) != (delimiter.length > 0)) {
      throw new IllegalArgumentException("roll-up needs an offset and a delimiter, or neither");
    }
  }

  /// Up to `limit` rows of the range with their values, linearizable.
  public static Scan of(KeyRange range, int limit) {
    return new Scan(range, limit, true, -1, NONE);
  }

  public Scan limitedTo(int most) {
    return new Scan(range, most, values, rollupAt, delimiter);
  }

  public Scan keysOnly() {
    return new Scan(range, limit, false, rollupAt, delimiter);
  }

  public Scan rollup(int offset, byte[] by) {
    return new Scan(range, limit, values, offset, by);
  }

  /// The page after one that answered `next`.
  public Scan from(MetaKey next) {
    return new Scan(range.from(next), limit, values, rollupAt, delimiter);
  }
}
