package io.tarn.http;

import java.nio.ByteBuffer;

/// A run of response bytes.
public sealed interface BodySlice {
  long length();

  /// The remaining bytes of a buffer, unchanged until `sent` ran.
  ///
  /// - `sent`: runs exactly once when the bytes are no longer used, sent or not, before the source
  ///   is closed; it may run on an event loop and must not block
  record Memory(ByteBuffer bytes, Runnable sent) implements BodySlice {
    public Memory(ByteBuffer bytes) {
      this(bytes, () -> {});
    }

    @Override
    public long length() {
      return bytes.remaining();
    }
  }

  /// Bytes that are read when the socket has room for them, and read again if it did not take them
  /// all: nothing is kept for a client that is slow. They can be read until the next slice is asked
  /// for; where they turn out not to be what they should, the connection ends.
  record Stored(Bytes bytes, long offset, long length) implements BodySlice {
    public Stored {
      if (offset < 0 || length < 0) {
        throw new IllegalArgumentException("slice at " + offset + " of " + length + " bytes");
      }
    }
  }

  /// What a [Stored] slice is a piece of.
  interface Bytes {
    /// Clears the buffer and leaves bytes from `at` on in it, between position and limit, at least
    /// one. May block: for the request's thread.
    void read(long at, ByteBuffer into);

    /// As [#read] if that needs no waiting; else false, at once. For event loops.
    boolean tryRead(long at, ByteBuffer into);

    /// Whether [#tryRead] ever finds anything.
    boolean canTry();

    /// Waits until [#tryRead] would find them, most likely.
    void fetch(long at, long length);

    /// Bytes the buffers must have room for.
    int room();
  }
}
