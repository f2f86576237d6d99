package io.tarn.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/// Reads HTTP/1.1 replies from a connection in whatever pieces they arrive, just far enough to know
/// the status and where the reply ends. Reused from reply to reply and allocates nothing unless
/// told to keep the body. Bodies are counted; those of failures are kept up to 2 KiB, to be shown.
final class ResponseReader {
  private static final int LINE_KEPT = 512;
  private static final int FAILURE_KEPT = 2048;
  private static final long UNTIL_CLOSE = -1;

  private enum State {
    STATUS,
    HEADERS,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    DONE
  }

  private final byte[] line = new byte[LINE_KEPT];
  private int lineLength;
  private State state = State.DONE;
  private boolean bodiless;
  private int keepOfSuccess;
  private int keep;
  private int status;
  private boolean closes;
  private boolean chunked;
  private long length;
  private long left;
  private long bodyBytes;
  private String etag = "";
  private byte[] kept = new byte[0];
  private int keptLength;

  /// Expects the next reply. `bodilessReply` for HEAD; `keepBytes` is how much of a success's body
  /// is kept, and with it its ETag.
  void expect(boolean bodilessReply, int keepBytes) {
    state = State.STATUS;
    bodiless = bodilessReply;
    keepOfSuccess = keepBytes;
    lineLength = 0;
    bodyBytes = 0;
    keptLength = 0;
    etag = "";
    forgetHead();
  }

  boolean done() {
    return state == State.DONE;
  }

  int status() {
    return status;
  }

  boolean succeeded() {
    return status >= 200 && status < 300;
  }

  /// Whether the server closes the connection after this reply.
  boolean closes() {
    return closes;
  }

  /// Bytes of body received so far.
  long bodyBytes() {
    return bodyBytes;
  }

  /// What Content-Length said, or -1.
  long declaredLength() {
    return length;
  }

  /// The ETag as sent, quotes included; empty when there was none or the body was not to be kept.
  String etag() {
    return etag;
  }

  byte[] body() {
    return Arrays.copyOf(kept, keptLength);
  }

  /// Takes what arrived. Bytes after the end of the reply are an error, since requests are never
  /// pipelined.
  void feed(ByteBuffer in) {
    while (in.hasRemaining()) {
      switch (state) {
        case STATUS, HEADERS, CHUNK_SIZE, CHUNK_END, TRAILERS -> feedLine(in);
        case BODY, CHUNK -> feedBody(in);
        case DONE -> throw new BrokenReply(in.remaining() + " bytes after the end of a reply");
      }
    }
  }

  /// The connection ended.
  void end() {
    if (state == State.BODY && left == UNTIL_CLOSE) {
      state = State.DONE;
      closes = true;
    }
    if (state != State.DONE) {
      throw new BrokenReply(
          "the connection ended in mid-reply (" + state.name().toLowerCase(Locale.ROOT) + ")");
    }
  }

  private void feedLine(ByteBuffer in) {
    int limit = in.limit();
    int at = in.position();
    int filled = lineLength;
    while (at < limit) {
      byte b = in.get(at++);
      if (b == '\n') {
        in.position(at);
        lineLength =
            filled > 0 && filled <= LINE_KEPT && line[filled - 1] == '\r' ? filled - 1 : filled;
        takeLine();
        lineLength = 0;
        return;
      }
      if (filled < LINE_KEPT) line[filled++] = b;
    }
    in.position(at);
    lineLength = filled;
  }

  private void takeLine() {
    switch (state) {
      case STATUS -> takeStatus();
      case HEADERS -> {
        if (lineLength == 0) {
          endHead();
        } else {
          takeHeader();
        }
      }
      case CHUNK_SIZE -> {
        left = hexNumber();
        state = left == 0 ? State.TRAILERS : State.CHUNK;
      }
      case CHUNK_END -> state = State.CHUNK_SIZE;
      case TRAILERS -> {
        if (lineLength == 0) state = State.DONE;
      }
      case BODY, CHUNK, DONE -> throw new IllegalStateException(state.name());
    }
  }

  private void takeStatus() {
    if (lineLength < 12 || !startsWith("http/1.")) {
      throw new BrokenReply(
          "not a status line: " + new String(line, 0, Math.min(lineLength, 40), ISO_8859_1));
    }
    status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    closes = line[7] == '0';
    state = State.HEADERS;
  }

  private void takeHeader() {
    switch (line[0] | 0x20) {
      case 'c' -> {
        if (startsWith("content-length:")) {
          length = decimalNumber("content-length:".length());
        } else if (startsWith("connection:")) {
          closes = value("connection:").equalsIgnoreCase("close");
        }
      }
      case 't' ->
          chunked |=
              startsWith("transfer-encoding:") && value("transfer-encoding:").endsWith("chunked");
      case 'e' -> {
        if (keepOfSuccess > 0 && startsWith("etag:")) etag = value("etag:");
      }
      default -> {}
    }
  }

  private void endHead() {
    if (status < 200) {
      forgetHead();
      state = State.STATUS;
      return;
    }
    keep = succeeded() ? keepOfSuccess : FAILURE_KEPT;
    if (bodiless || status == 204 || status == 304) {
      state = State.DONE;
    } else if (chunked) {
      state = State.CHUNK_SIZE;
    } else {
      left = length;
      state = left == 0 ? State.DONE : State.BODY;
    }
  }

  private void forgetHead() {
    chunked = false;
    closes = false;
    length = UNTIL_CLOSE;
  }

  private void feedBody(ByteBuffer in) {
    int taken = left == UNTIL_CLOSE ? in.remaining() : (int) Math.min(left, in.remaining());
    if (keptLength < keep) keep(in, Math.min(taken, keep - keptLength));
    in.position(in.position() + taken);
    bodyBytes += taken;
    if (left == UNTIL_CLOSE) return;
    left -= taken;
    if (left == 0) state = state == State.CHUNK ? State.CHUNK_END : State.DONE;
  }

  private void keep(ByteBuffer in, int count) {
    if (kept.length < keptLength + count) {
      kept = Arrays.copyOf(kept, Math.max(keptLength + count, 2 * kept.length));
    }
    in.get(in.position(), kept, keptLength, count);
    keptLength += count;
  }

  private boolean startsWith(String lowerCase) {
    if (lineLength < lowerCase.length()) return false;
    for (int i = 0; i < lowerCase.length(); i++) {
      byte b = line[i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lowerCase.charAt(i)) return false;
    }
    return true;
  }

  private String value(String name) {
    return new String(line, name.length(), lineLength - name.length(), ISO_8859_1).strip();
  }

  private long decimalNumber(int from) {
    int at = from;
    while (at < lineLength && line[at] == ' ') at++;
    if (at == lineLength || lineLength - at > 18) {
      throw new BrokenReply("Content-Length is not a number");
    }
    long number = 0;
    for (; at < lineLength && line[at] != ' '; at++) {
      int digit = line[at] - '0';
      if (digit < 0 || digit > 9) throw new BrokenReply("Content-Length is not a number");
      number = number * 10 + digit;
    }
    return number;
  }

  private long hexNumber() {
    long number = 0;
    int digits = 0;
    while (digits < lineLength && Character.digit(line[digits], 16) >= 0) {
      number = number * 16 + Character.digit(line[digits++], 16);
    }
    if (digits == 0 || digits > 15) throw new BrokenReply("a chunk has no size");
    return number;
  }
}
