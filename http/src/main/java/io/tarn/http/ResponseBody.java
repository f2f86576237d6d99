package io.tarn.http;

import java.nio.ByteBuffer;

/// The bytes of a response.
public sealed interface ResponseBody {
  ResponseBody EMPTY = new Empty();

  /// The length in bytes, or -1 when it is not known.
  long length();

  /// No bytes.
  record Empty() implements ResponseBody {
    @Override
    public long length() {
      return 0;
    }
  }

  /// The remaining bytes of a buffer; they must not change until `respond` returned.
  record Bytes(ByteBuffer bytes) implements ResponseBody {
    public Bytes(byte[] bytes) {
      this(ByteBuffer.wrap(bytes));
    }

    @Override
    public long length() {
      return bytes.remaining();
    }
  }

  /// Bytes that are produced while earlier ones are being sent.
  ///
  /// - `length`: exactly what the source will yield in total, or -1 when unknown (then the body
  ///   goes chunked, or ends with the connection on HTTP/1.0)
  record Slices(long length, BodySlices source) implements ResponseBody {
    public Slices {
      if (length < -1) throw new IllegalArgumentException("length " + length);
    }
  }
}
