package io.tarn.http;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/// Cuts one request's body out of a connection's bytes: by its length, or by chunks (RFC 9112
/// §7.1).
final class BodyDecoder {
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
  BodyDecoder(long length, Bounds limits) {
    chunked = length < 0;
    mostTrailerBytes = limits.headers();
    mostTrailers = limits.fields();
    expected = chunked ? Expected.SIZE : Expected.DATA;
    remaining = Math.max(0, length);
  }

  /// Consumes what is there of the body and hands retained pieces of data on. True when the body is
  /// complete; the bytes after it are left alone.
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

  /// Extensions mean nothing here, but their bytes must be ones that no other server takes for the
  /// end of the line.
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
