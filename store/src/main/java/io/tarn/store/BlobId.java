package io.tarn.store;

/// The name of a blob: a ULID (github.com/ulid/spec), 26 characters of Crockford's base 32 in upper
/// case, so names sort by the time they were given. Never reused.
public record BlobId(String text) implements Comparable<BlobId> {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  public BlobId {
    if (!isName(text)) throw new IllegalArgumentException("not a ULID: " + text);
  }

  /// Whether a blob can have this name.
  public static boolean isName(String text) {
    return text.length() == 26 && text.charAt(0) <= '7' && isInAlphabet(text);
  }

  /// Whether names can begin with this, or have it in them.
  public static boolean isInAlphabet(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (ALPHABET.indexOf(text.charAt(i)) < 0) return false;
    }
    return true;
  }

  /// The ULID of 48 bits of time in milliseconds and 80 bits of randomness: 16 in `high`, 64 in
  /// `low`.
  public static BlobId of(long millis, int high, long low) {
    char[] text = new char[26];
    for (int i = 9; i >= 0; i--, millis >>>= 5) text[i] = ALPHABET.charAt((int) (millis & 31));
    long upper = (high & 0xFFFFL) << 24 | low >>> 40; // the first 40 bits of randomness
    for (int i = 17; i >= 10; i--, upper >>>= 5) text[i] = ALPHABET.charAt((int) (upper & 31));
    for (int i = 25; i >= 18; i--, low >>>= 5) text[i] = ALPHABET.charAt((int) (low & 31));
    return new BlobId(new String(text));
  }

  /// The name of the 128 bits that [#upper] and [#lower] gave.
  public static BlobId of(long upper, long lower) {
    return of(upper >>> 16, (int) upper, lower);
  }

  /// The first 64 of its 128 bits.
  public long upper() {
    return bits(0, 10) << 16 | bits(10, 18) >>> 24;
  }

  /// The last 64 of its 128 bits.
  public long lower() {
    return bits(10, 18) << 40 | bits(18, 26);
  }

  private long bits(int from, int to) {
    long bits = 0;
    for (int i = from; i < to; i++) bits = bits << 5 | ALPHABET.indexOf(text.charAt(i));
    return bits;
  }

  @Override
  public int compareTo(BlobId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
