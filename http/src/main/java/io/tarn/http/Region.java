package io.tarn.http;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A run of response bytes.
public sealed interface Region {
  long length();

  /// The remaining bytes of a buffer, unchanged until `sent` ran.
  ///
  /// @param sent runs exactly once when the bytes are no longer used, sent or not, before the
  /// source is closed; it may run on an event loop and must not block
  record Memory(ByteBuffer bytes, Runnable sent) implements Region {
    public Memory(ByteBuffer bytes) {
      this(bytes, () -> {});
    }

    @Override
    public long length() {
      return bytes.remaining();
    }
  }

  /// A part of an open file, sent by the kernel without a copy where that is possible. The channel
  /// stays the source's to close, its position is neither used nor moved, and it may be shared. The
  /// file must hold these bytes until the source is closed; one that turns out shorter closes the
  /// connection.
  record File(FileChannel channel, long offset, long length) implements Region {
    public File {
      if (offset < 0 || length < 0) {
        throw new IllegalArgumentException("region at " + offset + " of " + length + " bytes");
      }
    }
  }
}
