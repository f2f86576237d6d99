package io.tarn.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The one buffer that an event loop reads stored bytes into, for whichever connection can take
/// some. It is small enough to be in the processor's cache still when the socket copies it. What a
/// connection did not take is only there until another one's turn; then it is read again. On the
/// loop.
final class Scratch {
  private static final int BYTES = 256 << 10;

  private @Nullable ByteBuffer buffer;
  private StoredPiece.@Nullable Run reader;
  private long at;

  /// Bytes from `from` on, at least one; null when reading them would have to wait. Whoever takes
  /// some moves the position, and comes back for the next.
  @Nullable ByteBuffer read(StoredPiece.Run run, long from) {
    BodySlice.Bytes bytes = run.bytes();
    ByteBuffer room = buffer;
    if (room == null || room.capacity() < bytes.room()) {
      room = ByteBuffer.allocateDirect(Math.max(BYTES, bytes.room()));
      buffer = room;
    }
    if (reader == run && from == at + room.position() && room.hasRemaining()) return room;
    reader = null;
    if (!bytes.tryRead(from, room)) return null;
    reader = run;
    at = from - room.position();
    return room;
  }

  /// What is left here of these bytes is not wanted any more.
  void forget(StoredPiece.Run run) {
    if (reader == run) reader = null;
  }
}
