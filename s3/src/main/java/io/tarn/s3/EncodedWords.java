package io.tarn.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tarn.store.Key;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Values of headers that every client can read, and what they are read as. HTTP libraries refuse
/// or mangle bytes beyond ASCII; S3 sends such metadata as encoded words (RFC 2047), and so does
/// this. Decoded, they are the bytes that were put.
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

  private static final Pattern WORD =
      Pattern.compile("=\\?(?i:(utf-8|iso-8859-1))\\?([bBqQ])\\?([!-~&&[^?]]*)\\?=");

  /// The value that these words are of, one char per byte; what is not all encoded words of a
  /// charset that is known comes back as it is.
  public static String decode(String words) {
    if (!words.startsWith("=?")) return words;
    var value = new StringBuilder();
    for (String word : words.split(" ", -1)) {
      Matcher matcher = WORD.matcher(word);
      if (!matcher.matches()) return words;
      try {
        boolean base64 = matcher.group(2).equalsIgnoreCase("b");
        byte[] bytes =
            base64 ? Base64.getDecoder().decode(matcher.group(3)) : quoted(matcher.group(3));
        value.append(new String(bytes, ISO_8859_1));
      } catch (IllegalArgumentException _) {
        return words;
      }
    }
    return value.toString();
  }

  /// The "Q" encoding of RFC 2047 §4.2.
  private static byte[] quoted(String text) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=') {
        if (i + 2 >= text.length()) throw new IllegalArgumentException("an escape that is cut off");
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(c == '_' ? ' ' : c);
      }
    }
    return bytes.toByteArray();
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
