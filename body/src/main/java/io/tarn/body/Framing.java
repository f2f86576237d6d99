package io.tarn.body;

import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;
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
}
