package io.tarn.s3;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The bytes of a request body as the network brings them.
@FunctionalInterface
public interface ByteSource {
  /// The next bytes, valid until the next call; null at the end. Blocks.
  @Nullable ByteBuffer next();
}
