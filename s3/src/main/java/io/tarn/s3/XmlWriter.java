package io.tarn.s3;

import io.tarn.request.Percent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/// Writes a document as bytes of UTF-8, straight into one growing array. What XML 1.0 cannot carry
/// goes out as a numeric reference, as S3 does it: a key with a control character must not make a
/// bucket unlistable.
final class XmlWriter {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DECLARATION = ascii("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

  private byte[] bytes;
  private int used;

  XmlWriter(int capacity) {
    bytes = new byte[Math.max(256, capacity)];
    raw(DECLARATION);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// A document whose root has S3's namespace; close it with [#close].
  static XmlWriter document(String root, int capacity) {
    var writer = new XmlWriter(capacity);
    writer.ascii('<', root).raw(NAMESPACE);
    return writer;
  }

  private static final byte[] NAMESPACE = ascii(" xmlns=\"" + XmlReader.NAMESPACE + "\">");

  ByteBuffer finish() {
    return ByteBuffer.wrap(bytes, 0, used);
  }

  XmlWriter raw(byte[] ascii) {
    ensure(ascii.length);
    System.arraycopy(ascii, 0, bytes, used, ascii.length);
    used += ascii.length;
    return this;
  }

  XmlWriter open(String name) {
    ascii('<', name);
    return put('>');
  }

  XmlWriter close(String name) {
    put('<');
    ascii('/', name);
    return put('>');
  }

  XmlWriter element(String name, String text) {
    return open(name).text(text).close(name);
  }

  XmlWriter element(String name, long number) {
    return open(name).number(number).close(name);
  }

  XmlWriter element(String name, boolean value) {
    return element(name, value ? "true" : "false");
  }

  XmlWriter element(String name, Instant time) {
    return open(name).time(time).close(name);
  }

  /// A name (a key, prefix, marker) as text, or percent-encoded when the client asked for that.
  XmlWriter name(String text, boolean urlEncoded) {
    return urlEncoded ? encoded(text) : text(text);
  }

  XmlWriter put(char ascii) {
    ensure(1);
    bytes[used++] = (byte) ascii;
    return this;
  }

  private XmlWriter ascii(char first, String name) {
    int length = name.length();
    ensure(length + 1);
    bytes[used++] = (byte) first;
    for (int i = 0; i < length; i++) bytes[used++] = (byte) name.charAt(i);
    return this;
  }

  XmlWriter text(String text) {
    int length = text.length();
    ensure(length);
    int i = 0;
    int to = used;
    for (; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || c < 0x20 || c == '&' || c == '<' || c == '>' || c == '"') break;
      bytes[to++] = (byte) c;
    }
    used = to;
    return i == length ? this : escaped(text, i);
  }

  /// Whether XML 1.0 has this character, or unit of UTF-16. Strict parsers refuse a reference to
  /// one that it has not: who lists keys with such characters asks for percent-encoding.
  static boolean carries(int c) {
    return (c >= 0x20 && c != 0xFFFE && c != 0xFFFF) || c == '\t' || c == '\n' || c == '\r';
  }

  private XmlWriter escaped(String text, int from) {
    int length = text.length();
    for (int i = from; i < length; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '&' -> raw(AMPERSAND);
        case '<' -> raw(LESS);
        case '>' -> raw(GREATER);
        case '"' -> raw(QUOTE);
        case '\r' -> raw(RETURN);
        case '\t', '\n' -> put((char) c);
        default -> {
          if (carries(c)) {
            codePoint(c);
          } else {
            raw(ascii("&#x" + Integer.toHexString(c) + ";"));
          }
        }
      }
    }
    return this;
  }

  private static final byte[] AMPERSAND = ascii("&amp;");
  private static final byte[] LESS = ascii("&lt;");
  private static final byte[] GREATER = ascii("&gt;");
  private static final byte[] QUOTE = ascii("&quot;");
  private static final byte[] RETURN = ascii("&#13;");

  private void codePoint(int c) {
    ensure(4);
    if (c < 0x80) {
      bytes[used++] = (byte) c;
    } else if (c < 0x800) {
      bytes[used++] = (byte) (0xC0 | c >> 6);
      bytes[used++] = tail(c);
    } else if (c < 0x10000) {
      bytes[used++] = (byte) (0xE0 | c >> 12);
      bytes[used++] = tail(c >> 6);
      bytes[used++] = tail(c);
    } else {
      bytes[used++] = (byte) (0xF0 | c >> 18);
      bytes[used++] = tail(c >> 12);
      bytes[used++] = tail(c >> 6);
      bytes[used++] = tail(c);
    }
  }

  private static byte tail(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  /// Percent-encoded, slashes kept: needs no escaping afterwards.
  private XmlWriter encoded(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!Percent.isUnreserved(c, true)) return encodedFrom(text, i);
      put(c);
    }
    return this;
  }

  private XmlWriter encodedFrom(String text, int from) {
    for (byte b : text.substring(from).getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      if (Percent.isUnreserved(c, true)) {
        put(c);
      } else {
        ensure(3);
        bytes[used++] = '%';
        bytes[used++] = HEX[c >> 4];
        bytes[used++] = HEX[c & 15];
      }
    }
    return this;
  }

  XmlWriter number(long number) {
    if (number < 0) return text(Long.toString(number));
    ensure(20);
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) digits++;
    for (int i = used + digits - 1; i >= used; i--, number /= 10) {
      bytes[i] = (byte) ('0' + number % 10);
    }
    used += digits;
    return this;
  }

  /// `2026-01-31T23:59:59.000Z`.
  XmlWriter time(Instant time) {
    long second = time.getEpochSecond();
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(second, 86_400L));
    int ofDay = (int) Math.floorMod(second, 86_400L);
    two(day.getYear() / 100).two(day.getYear() % 100).put('-');
    two(day.getMonthValue()).put('-').two(day.getDayOfMonth()).put('T');
    two(ofDay / 3600).put(':').two(ofDay / 60 % 60).put(':').two(ofDay % 60).put('.');
    int millis = time.getNano() / 1_000_000;
    return put((char) ('0' + millis / 100)).two(millis % 100).put('Z');
  }

  private XmlWriter two(int number) {
    ensure(2);
    bytes[used++] = (byte) ('0' + number / 10);
    bytes[used++] = (byte) ('0' + number % 10);
    return this;
  }

  private void ensure(int more) {
    if (bytes.length - used < more) {
      bytes = Arrays.copyOf(bytes, Math.max(used + more, bytes.length * 2));
    }
  }
}
