package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.tarn.http.RequestHead.Version;
import org.jspecify.annotations.Nullable;

/// Cuts request heads out of a connection's bytes and parses them by RFC 9112, strictly. Remembers
/// between calls how far it has searched, so that a head that drips in costs no more than one that
/// comes whole.
final class HeadParser {
  private static final int MOST_BLANK_LINES = 4;

  private final Bounds limits;
  private int searched;
  private int lineLength;
  private int blankLines;

  HeadParser(Bounds limits) {
    this.limits = limits;
  }

  /// The next head, whose bytes are consumed; or null when it is not complete.
  @Nullable ParsedHead parse(ByteBuf in) throws Malformed {
    if (searched == 0 && !skipBlankLines(in)) return null;
    int length = headLength(in);
    if (length < 0) return null;
    var bytes = new byte[length];
    in.readBytes(bytes);
    searched = 0;
    lineLength = 0;
    blankLines = 0;
    return parse(bytes, limits.fields());
  }

  /// RFC 9112 §2.2: old clients send an empty line after a body. False when there is no more.
  private boolean skipBlankLines(ByteBuf in) throws Malformed {
    while (in.readableBytes() >= 2 && in.getByte(in.readerIndex()) == '\r') {
      if (in.getByte(in.readerIndex() + 1) != '\n' || ++blankLines > MOST_BLANK_LINES) {
        throw new Malformed(400, "The request line is malformed.");
      }
      in.skipBytes(2);
    }
    return in.readableBytes() >= 2;
  }

  /// The length of the head with its empty line, or -1.
  private int headLength(ByteBuf in) throws Malformed {
    int start = in.readerIndex();
    int end = in.writerIndex();
    for (int at = start + searched; ; ) {
      int lf = in.indexOf(at, end, (byte) '\n');
      if (lf < 0) {
        searched = end - start;
        requireWithinLimits(searched);
        return -1;
      }
      at = lf + 1;
      if (lf == start || in.getByte(lf - 1) != '\r') {
        throw new Malformed(400, "A line does not end in CRLF.");
      }
      if (lineLength == 0) lineLength = at - start;
      requireWithinLimits(at - start);
      if (lf - start >= 3 && in.getMedium(lf - 2) == ('\n' << 16 | '\r' << 8 | '\n')) {
        return at - start;
      }
    }
  }

  private void requireWithinLimits(int length) throws Malformed {
    if ((lineLength == 0 ? length : lineLength) > limits.requestLine()) {
      throw new Malformed(414, "The request line is too long.");
    }
    if (lineLength > 0 && length - lineLength > limits.headers()) {
      throw new Malformed(431, "The request's headers are too large.");
    }
  }

  /// - `bytes`: a head with its empty line
  static ParsedHead parse(byte[] bytes, int mostFields) throws Malformed {
    var methodEnd = 0;
    while (Grammar.isTokenChar(bytes[methodEnd] & 0xff)) methodEnd++;
    int targetEnd = methodEnd + 1;
    while (targetEnd < bytes.length && Grammar.isTargetChar(bytes[targetEnd] & 0xff)) targetEnd++;
    if (methodEnd == 0
        || bytes[methodEnd] != ' '
        || targetEnd == methodEnd + 1
        || targetEnd >= bytes.length
        || bytes[targetEnd] != ' ') {
      throw new Malformed(400, "The request line is malformed.");
    }
    Version version = version(bytes, targetEnd + 1);
    var headers = FieldLines.parse(bytes, targetEnd + 11, mostFields);
    var target = new String(bytes, methodEnd + 1, targetEnd - methodEnd - 1, ISO_8859_1);
    return new FieldMeaning(version, headers).head(method(bytes, methodEnd), target);
  }

  private static Version version(byte[] bytes, int at) throws Malformed {
    if (bytes.length < at + 10
        || bytes[at] != 'H'
        || bytes[at + 1] != 'T'
        || bytes[at + 2] != 'T'
        || bytes[at + 3] != 'P'
        || bytes[at + 4] != '/'
        || !isDigit(bytes[at + 5])
        || bytes[at + 6] != '.'
        || !isDigit(bytes[at + 7])
        || bytes[at + 8] != '\r'
        || bytes[at + 9] != '\n') {
      throw new Malformed(400, "The request line is malformed.");
    }
    if (bytes[at + 5] != '1' || bytes[at + 7] > '1') {
      throw new Malformed(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    }
    return bytes[at + 7] == '0' ? Version.HTTP_1_0 : Version.HTTP_1_1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static String method(byte[] bytes, int end) {
    if (end == 3 && bytes[0] == 'G' && bytes[1] == 'E' && bytes[2] == 'T') return "GET";
    if (end == 3 && bytes[0] == 'P' && bytes[1] == 'U' && bytes[2] == 'T') return "PUT";
    return new String(bytes, 0, end, ISO_8859_1);
  }
}
