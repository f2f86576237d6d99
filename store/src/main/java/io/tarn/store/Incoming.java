package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A body on its way in. What the sender declared about it (length, digests, chunk signatures,
/// trailer) is checked while it flows, and the end is only reported when all of it held; else
/// `next` fails and the store keeps nothing.
public interface Incoming {
  /// The number of bytes to come, or -1 when the sender did not say.
  long length();

  /// Who sends it, by the names under which clients' shares of memory are counted; nobody when the
  /// bytes are here already.
  default List<String> senders() {
    return List.of();
  }

  /// Says of which upload it is a part, before the first [#next]: of what kind the checksums of its
  /// parts are, which the body then computes. `algorithm` is null where the upload was begun
  /// without one. Fails with [StoreFailure.Invalid] where the sender declared what does not fit. A
  /// store that does not know leaves it to whoever does.
  default void partOf(@Nullable ChecksumAlgorithm algorithm, ChecksumType type) {}

  /// The algorithm of the checksum that [#digests] will have, so that who sends the bytes on can
  /// announce it; null where there will be none. Asked after [#partOf], before the first [#next].
  default @Nullable ChecksumAlgorithm checksum() {
    return null;
  }

  /// The next bytes, read-only and valid until the next call; null at the end, when everything
  /// declared has been verified. Blocks. Fails with [StoreFailure.Invalid] or
  /// [StoreFailure.Interrupted].
  @Nullable ByteBuffer next();

  /// What was computed on the way; only after `next` returned null.
  Digests digests();
}
