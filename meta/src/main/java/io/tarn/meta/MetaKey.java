package io.tarn.meta;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// A key of the metadata store: 1 to 2,600 bytes, ordered as unsigned bytes. The bytes are not
/// copied; never modify them after hand-over.
///
/// What keys mean is their users' affair.
public record MetaKey(byte[] bytes) implements Comparable<MetaKey> {

  /// The longest key in bytes.
  public static final int MAX_LENGTH = 2600;

  public MetaKey {
    if (bytes.length == 0 || bytes.length > MAX_LENGTH) {
      throw new MetaException.LimitExceeded("a key of " + bytes.length + " bytes");
    }
  }

  /// The UTF-8 bytes of `text`.
  public static MetaKey of(String text) {
    return new MetaKey(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The next key in order: this key and a zero byte. After a key of the greatest length, the first
  /// one that does not start with it.
  public MetaKey successor() {
    if (bytes.length < MAX_LENGTH) return new MetaKey(Arrays.copyOf(bytes, bytes.length + 1));
    byte[] after = KeyBytes.afterPrefix(bytes);
    if (after == null) throw new IllegalStateException("the last of all keys has no successor");
    return new MetaKey(after);
  }

  public boolean startsWith(byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public int compareTo(MetaKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetaKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// Printable ASCII as it is, everything else in hexadecimal.
  @Override
  public String toString() {
    for (byte b : bytes) {
      if (b < 0x20 || b > 0x7e) return "0x" + HexFormat.of().formatHex(bytes);
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
