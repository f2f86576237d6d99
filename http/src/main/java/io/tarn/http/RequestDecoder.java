package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.tarn.http.RequestHead.Version;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts requests out of a connection's bytes by RFC 9112, strictly: the head here, then its body
/// with a [Body] of its own. Remembers between calls how far it has searched, so that a head that
/// drips in costs no more than one that comes whole.
final class RequestDecoder {
  private static final int MOST_BLANK_LINES = 4;

  private final Bounds limits;
  private int searched;
  private int lineLength;
  private int blankLines;

  RequestDecoder(Bounds limits) {
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

  /// Cuts one request's body out of a connection's bytes: by its length, or by chunks (RFC 9112
  /// §7.1).
  static final class Body {
    /// Room for a size of 16 digits and the chunk signature some clients put into the extension.
    private static final int LONGEST_SIZE_LINE = 512;

    private enum Expected {
      DATA,
      SIZE,
      DATA_END,
      TRAILERS,
      NOTHING
    }

    private final boolean chunked;
    private final int mostTrailerBytes;
    private final int mostTrailers;
    private Expected expected;
    private long remaining;
    private Headers trailers = Headers.EMPTY;

    // Of the trailers that are there: the lines that are whole, and how far a line's end was looked
    // for. Looking again from the start whenever a byte comes would take its square.
    private int wholeLines;
    private int searched;

    /// - `length`: of the body, not 0; -1 when it is chunked
    Body(long length, Bounds limits) {
      chunked = length < 0;
      mostTrailerBytes = limits.headers();
      mostTrailers = limits.fields();
      expected = chunked ? Expected.SIZE : Expected.DATA;
      remaining = Math.max(0, length);
    }

    /// Consumes what is there of the body and hands retained pieces of data on. True when the body
    /// is complete; the bytes after it are left alone.
    boolean decode(ByteBuf in, Consumer<ByteBuf> data) throws Malformed {
      var progress = true;
      while (progress && expected != Expected.NOTHING) {
        progress =
            switch (expected) {
              case DATA -> takeData(in, data);
              case SIZE -> takeSize(in);
              case DATA_END -> takeDataEnd(in);
              case TRAILERS -> takeTrailers(in);
              case NOTHING -> false;
            };
      }
      return expected == Expected.NOTHING;
    }

    /// Bytes still to come, or -1 when unknown.
    long remaining() {
      return chunked && expected != Expected.NOTHING ? -1 : remaining;
    }

    Headers trailers() {
      return trailers;
    }

    private boolean takeData(ByteBuf in, Consumer<ByteBuf> data) {
      var length = (int) Math.min(remaining, in.readableBytes());
      if (length == 0) return false;
      data.accept(in.readRetainedSlice(length));
      remaining -= length;
      if (remaining == 0) expected = chunked ? Expected.DATA_END : Expected.NOTHING;
      return true;
    }

    private boolean takeDataEnd(ByteBuf in) throws Malformed {
      if (in.readableBytes() < 2) return false;
      if (in.readByte() != '\r' || in.readByte() != '\n') {
        throw new Malformed(400, "A chunk is longer than its size says.");
      }
      expected = Expected.SIZE;
      return true;
    }

    private boolean takeSize(ByteBuf in) throws Malformed {
      int length = lineLength(in, LONGEST_SIZE_LINE);
      if (length < 0) return false;
      int start = in.readerIndex();
      int end = start + length - 2;
      int at = start;
      var size = 0L;
      for (int digit; at < end && (digit = Grammar.hex(in.getByte(at) & 0xff)) >= 0; at++) {
        size = size << 4 | digit;
      }
      if (at == start || at - start > 15) throw new Malformed(400, "A chunk size is malformed.");
      requireExtension(in, at, end);
      in.skipBytes(length);
      remaining = size;
      expected = size == 0 ? Expected.TRAILERS : Expected.DATA;
      return true;
    }

    /// Extensions mean nothing here, but their bytes must be ones that no other server takes for
    /// the end of the line.
    private static void requireExtension(ByteBuf in, int from, int end) throws Malformed {
      if (from == end) return;
      byte first = in.getByte(from);
      boolean clean = first == ';' || first == ' ' || first == '\t';
      for (int at = from; at < end; at++) clean &= Grammar.isFieldChar(in.getByte(at) & 0xff);
      if (!clean) throw new Malformed(400, "A chunk size is malformed.");
    }

    private boolean takeTrailers(ByteBuf in) throws Malformed {
      int start = in.readerIndex();
      for (var line = 0; line != 2; ) {
        int lf = in.indexOf(start + searched, in.writerIndex(), (byte) '\n');
        searched = (lf < 0 ? in.writerIndex() : lf + 1) - start;
        if (searched > mostTrailerBytes) throw new Malformed(400, "The trailers are too long.");
        if (lf < 0) return false;
        line = searched - wholeLines;
        if (line < 2 || in.getByte(lf - 1) != '\r') {
          throw new Malformed(400, "A trailer is malformed.");
        }
        wholeLines = searched;
      }
      var bytes = new byte[wholeLines];
      in.readBytes(bytes);
      trailers = FieldLines.parse(bytes, 0, mostTrailers);
      expected = Expected.NOTHING;
      return true;
    }

    /// The length of the next line with its CRLF, or -1.
    private static int lineLength(ByteBuf in, int limit) throws Malformed {
      int lf = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
      int length = lf < 0 ? in.readableBytes() : lf + 1 - in.readerIndex();
      if (length > limit) throw new Malformed(400, "A chunk size is too long.");
      if (lf < 0) return -1;
      if (length < 2 || in.getByte(lf - 1) != '\r') {
        throw new Malformed(400, "A chunk size is malformed.");
      }
      return length;
    }
  }
}
