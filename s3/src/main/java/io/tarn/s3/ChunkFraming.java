package io.tarn.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// aws-chunked: `size[;chunk-signature=…]CRLF bytes CRLF`, a chunk of size 0 last, then the trailer
/// if the mode has one, then an empty line, then nothing. Strict to the byte: a body that two
/// readers could read differently is refused.
final class ChunkFraming implements Framing {
  private static final int LONGEST_LINE = 256;
  private static final String EXTENSION = ";chunk-signature=";
  private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

  private enum State {
    SIZE,
    BYTES,
    END
  }

  private final ByteSource source;
  private final @Nullable ChunkChain chain;
  private final boolean hasTrailer;
  private final String announced;
  private final byte[] line = new byte[LONGEST_LINE];

  private State state = State.SIZE;
  private @Nullable ByteBuffer in;
  private long toCome;
  private long left;
  private String signature = "";
  private String trailer = "";

  /// `chain` is null where chunks are not signed; `announced` is the trailer field to come, empty
  /// for none; `length` bounds the sizes of chunks.
  ChunkFraming(ByteSource source, @Nullable ChunkChain chain, PayloadMode mode, BodyClaims claims) {
    this.source = source;
    this.chain = chain;
    this.hasTrailer = mode.hasTrailer();
    this.announced = claims.trailer();
    this.toCome = claims.length();
  }

  @Override
  public @Nullable ByteBuffer next() {
    while (true) {
      switch (state) {
        case SIZE -> readSize();
        case BYTES -> {
          if (left > 0) return piece();
          if (!readLine().isEmpty()) throw Framing.broken("A chunk is longer than its size.");
          if (chain != null) chain.endChunk(signature);
          state = State.SIZE;
        }
        case END -> {
          return null;
        }
      }
    }
  }

  @Override
  public String trailer() {
    return trailer;
  }

  private ByteBuffer piece() {
    if (!fill() || in == null) throw endsEarly();
    int count = (int) Math.min(left, in.remaining());
    ByteBuffer piece = in.slice(in.position(), count);
    in.position(in.position() + count);
    left -= count;
    if (chain != null) chain.update(piece);
    return piece;
  }

  private void readSize() {
    String head = readLine();
    int digits = head.indexOf(';');
    if (digits < 0) digits = head.length();
    left = size(head, digits);
    signature = chain == null ? noExtension(head, digits) : signature(head, digits);
    toCome -= left;
    if (toCome < 0)
      throw new Invalid(
          Reason.INCOMPLETE_BODY,
          "The chunks hold more bytes than x-amz-decoded-content-length announced.");
    if (left > 0) {
      state = State.BYTES;
      return;
    }
    if (chain != null) chain.endChunk(signature);
    if (hasTrailer) readTrailer();
    else if (!readLine().isEmpty()) throw Framing.broken("Data follows the final chunk.");
    if (fill()) throw Framing.broken("Data follows the end of the chunks.");
    state = State.END;
  }

  private static long size(String head, int digits) {
    if (digits < 1 || digits > 16) throw Framing.broken("A chunk size is missing or too long.");
    long size = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(head.charAt(i), 16);
      if (digit < 0) throw Framing.broken("A chunk size is not hexadecimal.");
      if (size >>> 58 != 0) throw Framing.broken("A chunk size is too large.");
      size = size << 4 | digit;
    }
    return size;
  }

  private static String noExtension(String head, int digits) {
    if (digits != head.length()) throw Framing.broken("A chunk has an extension.");
    return "";
  }

  private static String signature(String head, int digits) {
    boolean wellFormed =
        head.startsWith(EXTENSION, digits) && head.length() == digits + EXTENSION.length() + 64;
    if (!wellFormed) throw Framing.broken("A chunk signature is missing or malformed.");
    return head.substring(digits + EXTENSION.length());
  }

  private void readTrailer() {
    var signed = new StringBuilder();
    String trailerSignature = null;
    boolean came = false;
    for (String field = readLine(); !field.isEmpty(); field = readLine()) {
      int colon = field.indexOf(':');
      if (colon < 1) throw malformedTrailer("A trailer field has no name.");
      String name = field.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = field.substring(colon + 1).strip();
      if (trailerSignature != null) throw malformedTrailer("A field follows the signature.");
      if (chain != null && name.equals(TRAILER_SIGNATURE)) {
        trailerSignature = value;
        continue;
      }
      if (came || !name.equals(announced))
        throw malformedTrailer("A trailer field came twice, or was not announced.");
      came = true;
      trailer = value;
      signed.append(name).append(':').append(value).append('\n');
    }
    if (!came && !announced.isEmpty()) throw malformedTrailer("The trailer announced is missing.");
    if (chain == null) return;
    if (trailerSignature == null) throw malformedTrailer("The trailer is not signed.");
    chain.endTrailer(signed.toString(), trailerSignature);
  }

  /// Without its CRLF. A bare CR or LF is no end of a line, and no part of one.
  private String readLine() {
    int length = 0;
    while (true) {
      if (!fill() || in == null) throw endsEarly();
      byte b = in.get();
      boolean afterReturn = length > 0 && line[length - 1] == '\r';
      if (b == '\n' && afterReturn) return new String(line, 0, length - 1, ISO_8859_1);
      if (b == '\n' || afterReturn) throw Framing.broken("A line does not end in CRLF.");
      if (length == LONGEST_LINE) throw Framing.broken("A line is too long.");
      line[length++] = b;
    }
  }

  private boolean fill() {
    while (in == null || !in.hasRemaining()) {
      ByteBuffer bytes = source.next();
      if (bytes == null) {
        in = null;
        return false;
      }
      in = bytes.slice(); // the source's own position is not ours to move
    }
    return true;
  }

  private static Invalid endsEarly() {
    return new Invalid(Reason.INCOMPLETE_BODY, "The body ended before its final chunk.");
  }

  private static Invalid malformedTrailer(String how) {
    return new Invalid(Reason.TRAILER, how);
  }
}
