package io.tarn.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tarn.budget.Lease;
import org.jspecify.annotations.Nullable;

/// Bytes of one connection that cannot be used yet: the beginning of a head, a line of a chunked
/// body, requests behind the one that is being answered. Most connections never have any, for what
/// comes is used as it comes. What stays is copied out of the engine's large buffers, so that it
/// takes what it is long, and is taken out of a budget. On the loop.
final class Backlog {
  private static final int LEAST = 256;

  private final Lease memory;
  private @Nullable ByteBuf bytes;

  /// Whether `bytes` is a copy of ours, with what it takes in the lease.
  private boolean kept;

  Backlog(Lease memory) {
    this.memory = memory;
  }

  /// What is there, to be read from; null when there is none.
  @Nullable ByteBuf bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes == null;
  }

  /// Takes the buffer over. False when there is no room: then nothing is kept any more.
  boolean add(ByteBuf more) {
    ByteBuf before = bytes;
    if (before == null) {
      bytes = more;
      return true;
    }
    try {
      return append(before, more);
    } finally {
      more.release();
    }
  }

  private boolean append(ByteBuf before, ByteBuf more) {
    int needed = before.readableBytes() + more.readableBytes();
    ByteBuf room = before;
    if (before.writableBytes() < more.readableBytes()) {
      room = copy(before, Math.max(needed, 2 * before.readableBytes()));
    }
    if (room == null) {
      clear();
      return false;
    }
    bytes = room.writeBytes(more);
    return true;
  }

  /// To be called when everything that could be used was. False when there is no room for the rest:
  /// then nothing is kept any more.
  boolean settle() {
    ByteBuf rest = bytes;
    if (rest == null) return true;
    if (!rest.isReadable()) {
      clear();
      return true;
    }
    if (kept) return true;
    ByteBuf copy = copy(rest, Math.max(LEAST, rest.readableBytes()));
    if (copy == null) {
      clear();
      return false;
    }
    bytes = copy;
    return true;
  }

  /// The bytes in a buffer of ours of that capacity, in place of the one they are in; null when
  /// there is no room for it.
  private @Nullable ByteBuf copy(ByteBuf from, int capacity) {
    long held = memory.held();
    if (!memory.tryTake(capacity)) return null;
    ByteBuf copy =
        Unpooled.buffer(capacity).writeBytes(from, from.readerIndex(), from.readableBytes());
    from.release();
    memory.give(held);
    kept = true;
    return copy;
  }

  void clear() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
    kept = false;
    memory.close();
  }
}
