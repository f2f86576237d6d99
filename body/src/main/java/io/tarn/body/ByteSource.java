package io.tarn.body;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of a request body as the network brings them.
@FunctionalInterface
public interface ByteSource {
  /// The next bytes, valid until the next call; null at the end. Blocks.
  @Nullable ByteBuffer next();

  /// Who sends them ([io.tarn.store.Incoming#senders]).
  default List<String> senders() {
    return List.of();
  }

  /// Told before `more` bytes that came are kept for longer than until the next call. Fails when
  /// the sender may have no more kept.
  default void keep(int more) {}
}
