package io.tarn.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tarn.store.Key;
import java.util.Arrays;
import java.util.Base64;

/// Values of headers that every client can read. HTTP libraries refuse or mangle bytes beyond
/// ASCII; S3 sends such metadata as encoded words (RFC 2047), and so does this. Decoded, they are
/// the bytes that were put.
public final class EncodedWords {
  /// Of bytes in one word, which is at most 75 characters long.
  private static final int MOST = 42;

  private EncodedWords() {}

  /// `value` has one char per byte, and comes back as it is where all of them are ASCII.
  public static String of(String value) {
    if (value.chars().allMatch(c -> c < 0x80)) return value;
    byte[] bytes = value.getBytes(ISO_8859_1);
    boolean utf8 = isUtf8(bytes);
    var words = new StringBuilder(2 * bytes.length);
    for (int start = 0, end; start < bytes.length; start = end) {
      end = Math.min(start + MOST, bytes.length);
      while (utf8 && end < bytes.length && isInside(bytes[end])) end--;
      byte[] word = Arrays.copyOfRange(bytes, start, end);
      words.append(words.isEmpty() ? "" : " ").append(utf8 ? "=?UTF-8?B?" : "=?ISO-8859-1?B?");
      words.append(Base64.getEncoder().encodeToString(word)).append("?=");
    }
    return words.toString();
  }

  /// Whether a character began before this byte: no word ends within one.
  private static boolean isInside(byte utf8) {
    return (utf8 & 0xC0) == 0x80;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      return !Key.decode(bytes).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
