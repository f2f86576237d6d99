package io.tarn.body;

import io.tarn.bytes.BlockPool;
import io.tarn.bytes.Digester;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The pieces of a payload gathered into blocks: one is filled while those before are hashed and
/// written. Where memory is short it makes do with fewer, and with one nothing overlaps.
///
/// The digester must be given each block before the next is asked for; it says when a block that it
/// reads is free again.
final class Gathering implements AutoCloseable {
  /// One to fill, one to hash, and one that waits, so that the hash need not.
  private static final int MOST_BLOCKS = 3;

  private final Framing framing;
  private final Digester digester;
  private final BlockPool pool;
  private final ArrayDeque<ByteBuffer> handedOut = new ArrayDeque<>(MOST_BLOCKS);
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

  /// A block that nobody reads: a new one, or the one handed out longest ago once the hash is done
  /// with it.
  private ByteBuffer empty() {
    ByteBuffer mine = spare;
    spare = null;
    if (mine == null && handedOut.size() < MOST_BLOCKS) mine = pool.pollAnother();
    if (mine == null) {
      mine = handedOut.removeFirst();
      handedOut.addLast(mine); // before the wait, which may fail: close gives it back
      digester.settle(handedOut.size() - 1);
    } else {
      handedOut.addLast(mine);
    }
    return mine.clear();
  }

  /// Waits for the hash, and gives the blocks back even if it failed.
  @Override
  public void close() {
    ended = true;
    try {
      digester.settle();
    } finally {
      if (spare != null) pool.give(spare);
      spare = null;
      while (!handedOut.isEmpty()) pool.give(handedOut.removeFirst());
    }
  }
}
