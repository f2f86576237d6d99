package io.tarn.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tarn.request.S3Error;
import io.tarn.signature.ChunkChain;
import io.tarn.signature.PayloadMode;
import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How the payload lies in the bytes of a body.
interface Framing {
  /// The next piece of payload: a slice of the source's buffer, not empty, valid until the next
  /// call. Null at the end, when the framing was complete and right.
  @Nullable ByteBuffer next();

  /// The value of the announced trailer field, empty when there was none to come; after the end.
  String trailer();

  /// The payload is the body.
  record Plain(ByteSource source) implements Framing {
    @Override
    public @Nullable ByteBuffer next() {
      while (true) {
        ByteBuffer bytes = source.next();
        if (bytes == null || bytes.hasRemaining()) return bytes;
      }
    }

    @Override
    public String trailer() {
      return "";
    }
  }

  /// S3 says the same of everything that is not framed as it should be; `how` tells more.
  static Invalid broken(String how) {
    return new Invalid(Reason.INCOMPLETE_BODY, "The request body terminated unexpectedly")
        .with("Reason", how);
  }

  /// aws-chunked: `size[;chunk-signature=…]CRLF bytes CRLF`, a chunk of size 0 last, then the
  /// trailer if the mode has one, then an empty line. What S3 takes beyond that is taken here, as
  /// clients send it: blanks around a size, a parameter and its value; and, where nothing is
  /// signed, an end without the last empty line, a trailer field given again (the last one counts),
  /// and anything at all behind the end, which is not read. What is signed is signed to its last
  /// byte.
  final class Chunked implements Framing {
    private static final int LONGEST_LINE = 256;

    /// All chunks but the last are at least this long, or somebody makes many of little ("Signature
    /// calculations: transferring payload in multiple chunks" in the S3 API reference).
    private static final long SMALLEST_CHUNK = 8192;

    private static final String SIGNATURE = "chunk-signature";
    private static final int SIGNATURE_LENGTH = 64;
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
    private final long length;
    private final byte[] line = new byte[LONGEST_LINE];

    private State state = State.SIZE;
    private @Nullable ByteBuffer in;
    private int chunks;
    private long size;
    private long left;
    private long promised;
    private String signature = "";
    private String trailer = "";

    /// `chain` is null where chunks are not signed. Of `claims` the length bounds what the chunks
    /// promise, and the trailer is the field to come.
    Chunked(ByteSource source, @Nullable ChunkChain chain, PayloadMode mode, BodyClaims claims) {
      this.source = source;
      this.chain = chain;
      this.hasTrailer = mode.hasTrailer();
      this.announced = claims.trailer();
      this.length = claims.length();
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
      if (chain == null && digits >= 0) throw Framing.broken("A chunk has a parameter.");
      if (digits < 0) digits = head.length();
      long before = size;
      size = size(head.substring(0, digits).strip());
      signature = chain == null ? "" : signature(head.substring(digits));
      chunks++;
      if (size > 0 && chunks > 1 && before < SMALLEST_CHUNK) throw tooSmall(before);
      promised += size;
      if (promised > length) throw IncomingBody.wrongLength(length, promised);
      left = size;
      if (size > 0) {
        state = State.BYTES;
        return;
      }
      if (chain == null) {
        readTrailer();
      } else {
        chain.endChunk(signature);
        if (hasTrailer) readSignedTrailer(chain);
        if (!readLine().isEmpty()) throw Framing.broken("Data follows the final chunk.");
        if (fill()) throw Framing.broken("Data follows the end of the chunks.");
      }
      state = State.END;
    }

    /// Found at the chunk behind it, whose number S3 gives.
    private Invalid tooSmall(long badSize) {
      return new Invalid(Reason.CHUNK_SIZE, S3Error.INVALID_CHUNK_SIZE.message())
          .with("Chunk", chunks)
          .with("BadChunkSize", badSize);
    }

    private static long size(String digits) {
      if (digits.isEmpty() || digits.length() > 16) {
        throw Framing.broken("A chunk size is missing or too long.");
      }
      long size = 0;
      for (int i = 0; i < digits.length(); i++) {
        int digit = hexadecimal(digits.charAt(i));
        if (digit < 0) throw Framing.broken("A chunk size is not hexadecimal.");
        if (size >>> 58 != 0) throw Framing.broken("A chunk size is too large.");
        size = size << 4 | digit;
      }
      return size;
    }

    private static int hexadecimal(char c) {
      return c < 128 ? Character.digit(c, 16) : -1;
    }

    /// Out of `;chunk-signature=…`. S3 takes a parameter before it for part of it, which signs
    /// nothing, and one behind it for a broken line.
    private static String signature(String parameters) {
      int last = parameters.lastIndexOf(';');
      int equals = parameters.indexOf('=', Math.max(last, 0));
      if (equals < 0 || !parameters.substring(last + 1, equals).strip().equals(SIGNATURE)) {
        throw Framing.broken("A chunk is not signed.");
      }
      String value = parameters.substring(equals + 1).strip();
      if (value.isEmpty() || value.length() > SIGNATURE_LENGTH) {
        throw Framing.broken("A chunk signature is empty or too long.");
      }
      return last == 0 ? value : parameters;
    }

    /// To the empty line, or to the end of the body.
    private void readTrailer() {
      boolean came = false;
      while (fill()) {
        String field = readLine();
        if (field.isEmpty()) {
          if (!came && !announced.isEmpty()) {
            throw malformedTrailer("The one announced is missing.");
          }
          return;
        }
        readField(field);
        came = true;
      }
      if (!came && !announced.isEmpty()) throw endsEarly();
    }

    /// The field announced, if one was, and the signature over it.
    private void readSignedTrailer(ChunkChain chain) {
      String signed = "\n"; // what S3 wants signed where there is no field
      if (!announced.isEmpty()) {
        readField(readLine());
        signed = announced + ':' + trailer + '\n';
      }
      String field = readLine();
      int colon = field.indexOf(':');
      if (colon < 0 || !field.substring(0, colon).equalsIgnoreCase(TRAILER_SIGNATURE)) {
        throw announced.isEmpty() && !field.isEmpty()
            ? malformedTrailer("It holds what was not announced.")
            : Framing.broken("The trailer is not signed.");
      }
      String value = field.substring(colon + 1).strip();
      if (value.isEmpty() || value.length() > SIGNATURE_LENGTH) {
        throw Framing.broken("The signature of the trailer is empty or too long.");
      }
      chain.endTrailer(signed, value);
    }

    private void readField(String field) {
      int colon = field.indexOf(':');
      if (colon < 1) throw malformedTrailer("A field has no name.");
      String name = field.substring(0, colon).toLowerCase(Locale.ROOT);
      if (announced.isEmpty() || !name.equals(announced)) {
        throw malformedTrailer("It holds what was not announced.");
      }
      trailer = field.substring(colon + 1).strip();
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
      return Framing.broken("The body ended before its final chunk and the lines behind it.");
    }

    private static Invalid malformedTrailer(String how) {
      return new Invalid(Reason.TRAILER, S3Error.MALFORMED_TRAILER.message()).with("Reason", how);
    }
  }
}
