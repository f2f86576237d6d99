package io.tarn.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The head of a message of HTTP/1.1: its first line and its fields, as they came.
record WireHead(String first, List<String> fields) {
  private static final int MOST_BYTES = 64 << 10;

  /// Null when the connection ends before the first byte.
  static @Nullable WireHead read(InputStream from) throws IOException {
    String first = line(from);
    if (first == null) return null;
    var fields = new ArrayList<String>();
    int bytes = first.length();
    while (true) {
      String field = line(from);
      if (field == null) throw new EOFException("in the middle of a head");
      if (field.isEmpty()) return new WireHead(first, fields);
      fields.add(field);
      bytes += field.length();
      if (bytes > MOST_BYTES) throw new IOException("a head of more than 64 KiB");
    }
  }

  /// Without its end; null at the end of the stream.
  static @Nullable String line(InputStream from) throws IOException {
    var line = new StringBuilder();
    for (int c = from.read(); c != '\n'; c = from.read()) {
      if (c < 0) {
        if (line.isEmpty()) return null;
        throw new EOFException("in the middle of a line");
      }
      line.append((char) c);
      if (line.length() > MOST_BYTES) throw new IOException("a line of more than 64 KiB");
    }
    int length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') line.setLength(length - 1);
    return line.toString();
  }

  @Nullable String field(String name) {
    return WireRequest.field(fields, name);
  }

  WireHead without(String name) {
    return new WireHead(
        first,
        fields.stream()
            .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
            .toList());
  }

  WireHead with(String field) {
    var more = new ArrayList<String>(fields);
    more.add(field);
    return new WireHead(first, more);
  }

  void write(OutputStream to) throws IOException {
    StringBuilder text = new StringBuilder(first).append("\r\n");
    fields.forEach(field -> text.append(field).append("\r\n"));
    to.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    to.flush();
  }

  /// Of a reply.
  int status() {
    return Integer.parseInt(first.split(" ", -1)[1]);
  }

  /// How long the body is that follows; -1 when it comes in chunks, -2 when it ends with the
  /// connection, which of requests means that there is none.
  long bodyLength() {
    String coding = field("transfer-encoding");
    if (coding != null && coding.toLowerCase(Locale.ROOT).contains("chunked")) return CHUNKED;
    String length = field("content-length");
    return length == null ? TO_THE_END : Long.parseLong(length);
  }

  static final long CHUNKED = -1;
  static final long TO_THE_END = -2;
}
