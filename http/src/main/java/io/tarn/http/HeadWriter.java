package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Writes response heads. One per event loop: it owns a scratch array and the text of the current
/// second's `Date`.
final class HeadWriter {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final byte[] LENGTH = "Content-Length: ".getBytes(ISO_8859_1);
  private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(ISO_8859_1);
  private static final byte[] CLOSE = "Connection: close\r\n".getBytes(ISO_8859_1);
  private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(ISO_8859_1);

  /// What the response says about the connection; HTTP/1.1 says nothing when it stays open.
  enum Persistence {
    SILENT,
    CLOSE,
    KEEP_ALIVE
  }

  private final Map<Integer, byte[]> statusLines = new HashMap<>();
  private byte[] scratch = new byte[2048];
  private int used;
  private long second = -1;
  private byte[] date = new byte[0];

  void write(ByteBuf out, Answer answer, Persistence persistence) {
    used = 0;
    Response response = answer.response();
    put(statusLine(response.status()));
    put(date());
    putHeaders(response.headers());
    if (answer.contentLength() >= 0) {
      put(LENGTH);
      putDecimal(answer.contentLength());
      putCrlf();
    }
    if (answer.chunked()) put(CHUNKED);
    switch (persistence) {
      case SILENT -> {}
      case CLOSE -> put(CLOSE);
      case KEEP_ALIVE -> put(KEEP_ALIVE);
    }
    putCrlf();
    out.writeBytes(scratch, 0, used);
  }

  private void putHeaders(Headers headers) {
    for (var i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (!isOurs(name)) {
        put(name);
        reserve(2);
        scratch[used++] = ':';
        scratch[used++] = ' ';
        put(headers.value(i));
        putCrlf();
      }
    }
  }

  private static boolean isOurs(String name) {
    return switch (name.length()) {
      case 4 -> name.equalsIgnoreCase("date");
      case 10 -> name.equalsIgnoreCase("connection");
      case 14 -> name.equalsIgnoreCase("content-length");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      default -> false;
    };
  }

  private byte[] statusLine(int status) {
    return statusLines.computeIfAbsent(
        status, s -> ("HTTP/1.1 " + s + " " + Reasons.of(s) + "\r\n").getBytes(ISO_8859_1));
  }

  private byte[] date() {
    long now = System.currentTimeMillis() / 1000;
    if (now != second) {
      second = now;
      String text = "Date: " + DATE.format(Instant.ofEpochSecond(now)) + "\r\n";
      date = text.getBytes(ISO_8859_1);
    }
    return date;
  }

  private void put(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, scratch, used, bytes.length);
    used += bytes.length;
  }

  // The deprecated method drops the high byte of each char, which is what Latin-1 means; it is the
  // only way into an existing array without an intermediate copy.
  @SuppressWarnings("deprecation")
  private void put(String text) {
    reserve(text.length());
    text.getBytes(0, text.length(), scratch, used);
    used += text.length();
  }

  private void putDecimal(long number) {
    reserve(20);
    int end = used + decimals(number);
    long rest = number;
    for (int at = end - 1; at >= used; at--) {
      scratch[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    used = end;
  }

  private static int decimals(long number) {
    var count = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) count++;
    return count;
  }

  private void putCrlf() {
    reserve(2);
    scratch[used++] = '\r';
    scratch[used++] = '\n';
  }

  private void reserve(int more) {
    if (used + more > scratch.length) {
      scratch = Arrays.copyOf(scratch, Math.max(2 * scratch.length, used + more));
    }
  }
}
