package io.tarn.s3;

import io.tarn.store.BlockPool;
import io.tarn.store.Digester;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The pieces of a payload gathered into blocks: one is filled while the one before is hashed and
/// written. Where memory is short it makes do with one block, and nothing overlaps.
///
/// The digester must be given each block before the next is asked for; it says when a block that it
/// reads is free again.
final class Gathering implements AutoCloseable {
  private final Framing framing;
  private final Digester digester;
  private final BlockPool pool;
  private @Nullable ByteBuffer last;
  private @Nullable ByteBuffer spare;
  private @Nullable ByteBuffer piece;
  private boolean ended;

  private Gathering(Framing framing, Digester digester, BlockPool pool, ByteBuffer first) {
    this.framing = framing;
    this.digester = digester;
    this.pool = pool;
    this.spare = first;
  }

  /// Null when no block is free: the payload goes on piece by piece then.
  static @Nullable Gathering of(Framing framing, Digester digester, BlockPool pool) {
    ByteBuffer first = pool.poll();
    return first == null ? null : new Gathering(framing, digester, pool, first);
  }

  /// The next block, full unless it is the last; null at the end.
  @Nullable ByteBuffer next() {
    ByteBuffer block = empty();
    while (!ended && block.hasRemaining()) {
      ByteBuffer from = piece;
      if (from == null || !from.hasRemaining()) {
        piece = framing.next();
        ended = piece == null;
        continue;
      }
      int count = Math.min(from.remaining(), block.remaining());
      block.put(block.position(), from, from.position(), count);
      block.position(block.position() + count);
      from.position(from.position() + count);
    }
    return block.position() == 0 ? null : block.flip().asReadOnlyBuffer();
  }

  /// A block that nobody reads: not the last, which may still be in the hash, but the one before,
  /// which the hash was done with when it was given the last.
  private ByteBuffer empty() {
    ByteBuffer mine = spare == null ? pool.poll() : spare;
    if (mine == null) {
      digester.settle();
      mine = last;
      last = null;
    }
    if (mine == null) throw new IllegalStateException("no block at all");
    spare = last;
    last = mine;
    return mine.clear();
  }

  @Override
  public void close() {
    digester.settle();
    ended = true;
    if (last != null) pool.give(last);
    if (spare != null) pool.give(spare);
    last = null;
    spare = null;
  }
}
