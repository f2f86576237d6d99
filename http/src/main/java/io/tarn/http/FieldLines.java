package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/// Reads field lines (RFC 9112 §5) strictly: no folding, no space before the colon, no bare CR or
/// LF. Each leniency here has been somebody's request smuggling.
final class FieldLines {
  private FieldLines() {}

  /// - `bytes`: ends with an empty line (CRLF CRLF, or one CRLF when there is no field)
  /// - `from`: the first byte of the first field line
  /// - `most`: fields
  static Headers parse(byte[] bytes, int from, int most) throws Malformed {
    var fields = new String[24];
    var used = 0;
    int at = from;
    while (bytes[at] != '\r') {
      int nameEnd = at;
      while (Grammar.isTokenChar(bytes[nameEnd] & 0xff)) nameEnd++;
      if (nameEnd == at || bytes[nameEnd] != ':') {
        throw new Malformed(400, "A header line is malformed.");
      }
      int lineEnd = nameEnd + 1;
      while (Grammar.isFieldChar(bytes[lineEnd] & 0xff)) lineEnd++;
      requireCrlf(bytes, lineEnd);
      if (used == 2 * most) throw new Malformed(431, "The request has too many header fields.");
      if (used == fields.length) fields = Arrays.copyOf(fields, 2 * used);
      fields[used++] = new String(bytes, at, nameEnd - at, ISO_8859_1);
      fields[used++] = trimmed(bytes, nameEnd + 1, lineEnd);
      at = lineEnd + 2;
    }
    requireCrlf(bytes, at);
    return used == 0 ? Headers.EMPTY : Headers.trusted(Arrays.copyOf(fields, used));
  }

  private static String trimmed(byte[] bytes, int from, int to) {
    int first = from;
    int end = to;
    while (first < end && isSpace(bytes[first])) first++;
    while (end > first && isSpace(bytes[end - 1])) end--;
    return new String(bytes, first, end - first, ISO_8859_1);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private static void requireCrlf(byte[] bytes, int at) throws Malformed {
    // The array ends in LF, so a CR is never its last byte.
    if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      throw new Malformed(400, "A header line holds a control character.");
    }
  }
}
