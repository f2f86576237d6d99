package io.tarn.bytes;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The memory in which large bodies are gathered on their way to a disk: a bounded number of direct
/// buffers of one size that begin at a page. The network brings pieces of some kilobytes; hashing,
/// handing over and writing cost less by the block. Blocks are made when first needed, then kept.
///
/// Nobody waits for a block: slow clients could hold all of them, and who finds none goes on with
/// pieces. Thread-safe.
public final class BlockPool {
  /// Bytes of a block: MD5 of one takes some 0.6 ms, against which a hand-over between threads does
  /// not count.
  public static final int BLOCK = 512 << 10;

  private final Semaphore free;
  private final int half;
  private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

  /// `bytes` are rounded down to whole blocks.
  public BlockPool(long bytes) {
    int count = Math.clamp(bytes / BLOCK, 0, Integer.MAX_VALUE);
    this.free = new Semaphore(count);
    this.half = count / 2;
  }

  /// An empty block, or null when all are in use.
  public @Nullable ByteBuffer poll() {
    if (!free.tryAcquire()) return null;
    ByteBuffer block = idle.poll();
    if (block != null) return block.clear();
    try {
      return PageAligned.allocate(BLOCK);
    } catch (OutOfMemoryError e) {
      free.release(); // direct memory is short: go on without, as when all are in use
      return null;
    }
  }

  /// An empty block if that leaves half of them for others: for who has one already.
  public @Nullable ByteBuffer pollAnother() {
    return free.availablePermits() > half ? poll() : null;
  }

  /// Takes a block back that nobody reads or writes any more.
  public void give(ByteBuffer block) {
    idle.add(block);
    free.release();
  }
}
