package io.tarn.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The key of an object: 1 to 1,024 bytes of UTF-8, opaque, never a path. Keys order by their UTF-8
/// bytes, unsigned, as S3 lists them; that is not the order of Java strings, which is why comparing
/// happens here.
public record Key(String text) implements Comparable<Key> {
  public static final int MAX_BYTES = 1024;

  public Key {
    int bytes = utf8Length(text);
    if (bytes < 1) throw new IllegalArgumentException("an empty key");
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a key of %d bytes; %d is the limit".formatted(bytes, MAX_BYTES));
    }
  }

  /// The key these bytes spell. Refuses what is not UTF-8.
  public static Key of(byte[] utf8) {
    return new Key(decode(utf8));
  }

  /// Strict decoding: malformed bytes are refused, never replaced, so that two keys never fall into
  /// one.
  public static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8", e);
    }
  }

  public byte[] utf8() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Bytes of `text` in UTF-8; refuses lone surrogates, which have none.
  static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        throw new IllegalArgumentException("a lone surrogate in a key");
      }
    }
    return bytes;
  }

  @Override
  public int compareTo(Key other) {
    return compareUtf8(text, other.text);
  }

  /// Compares two strings as their UTF-8 bytes compare, without encoding them.
  public static int compareUtf8(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x == y) continue;
      boolean high = Character.isSurrogate(x);
      if (high != Character.isSurrogate(y))
        return high ? 1 : -1; // beyond the BMP sorts after all of it
      return Character.compare(x, y);
    }
    return Integer.compare(a.length(), b.length());
  }

  @Override
  public String toString() {
    return text;
  }
}
