package io.tarn.memory;

import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/// Bytes in pieces, with a checksum each. Their room is given back when nobody holds them any more;
/// whoever has a piece of them still may keep it for as long as it likes. Written by one thread,
/// then sealed, and then read by any.
final class Bytes {
  /// A blob of a few kilobytes takes no more than that; a large one few pieces.
  private static final int LEAST = 4 << 10;

  private static final int PIECE = 256 << 10;

  private static final byte[] NOTHING = {};

  private final List<Piece> pieces = new ArrayList<>();
  private final LongConsumer take;
  private final AtomicLong taken;
  private final AtomicInteger holders = new AtomicInteger(1);
  private byte[] open = NOTHING;
  private int filled;
  private long length;
  private long held;

  /// A piece that is full, or the last.
  private record Piece(long from, byte[] bytes, int count, int checksum) {}

  /// `take` fails where there is no room; what was taken is given back to `taken` at the end.
  Bytes(LongConsumer take, AtomicLong taken) {
    this.take = take;
    this.taken = taken;
  }

  long length() {
    return length;
  }

  /// Takes all remaining bytes. Fails with [StoreFailure.OutOfSpace].
  void add(ByteBuffer from) {
    while (from.hasRemaining()) {
      if (filled == open.length) next(from.remaining());
      int count = Math.min(from.remaining(), open.length - filled);
      from.get(open, filled, count);
      filled += count;
      length += count;
    }
  }

  private void next(int wanted) {
    finish();
    int size = length == 0 ? Math.clamp(wanted, LEAST, PIECE) : PIECE;
    take.accept(size);
    held += size;
    open = new byte[size];
  }

  private void finish() {
    if (filled > 0) pieces.add(new Piece(length - filled, open, filled, checksum(open, filled)));
    open = NOTHING;
    filled = 0;
  }

  private static int checksum(byte[] bytes, int count) {
    var crc = new CRC32C();
    crc.update(bytes, 0, count);
    return (int) crc.getValue();
  }

  void seal() {
    finish();
  }

  /// What is from `at` on in one piece, as far as `end`. Fails with [StoreFailure.Corrupt] when it
  /// is not what was written.
  ByteBuffer checked(long at, long end) {
    Piece piece = pieces.get(at < pieces.getFirst().count ? 0 : indexOf(at));
    if (checksum(piece.bytes, piece.count) != piece.checksum) {
      throw new StoreFailure.Corrupt("bytes in memory are not what was written there", null);
    }
    int first = (int) (at - piece.from);
    int last = (int) Math.min(end - piece.from, piece.count);
    return ByteBuffer.wrap(piece.bytes, first, last - first).slice().asReadOnlyBuffer();
  }

  /// All pieces but the first and the last are of one size.
  private int indexOf(long at) {
    return 1 + (int) ((at - pieces.getFirst().count) / PIECE);
  }

  /// False when nobody holds them any more.
  boolean hold() {
    while (true) {
      int now = holders.get();
      if (now == 0) return false;
      if (holders.compareAndSet(now, now + 1)) return true;
    }
  }

  void letGo() {
    if (holders.decrementAndGet() == 0) taken.addAndGet(-held);
  }
}
