package io.tarn.http;

import io.netty.buffer.ByteBuf;
import io.tarn.budget.Lease;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The crossing of a request body from the event loop to the request's thread. The loop appends
/// buffers and wakes the reader once per read burst; the reader takes everything there in one
/// batch, because a hand-over per buffer costs as much as hashing it.
///
/// The bound is split: half may wait here, half may be in the reader's hands. Both count in the
/// memory of all bodies; where that is used up, no more is read from the network until the reader
/// has taken everything. So a body goes on, however slowly, and who holds the memory are those
/// whose readers wait for something else.
final class BodyQueue implements RequestBody {
  /// What a buffer costs beside its bytes; bounds clients that send a body byte by byte.
  private static final int OVERHEAD = 256;

  private final long length;
  private final int bound;
  private final Connection connection;
  private final Lease memory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private long waitingKept;
  private long batchKept;
  private long received;
  private boolean full;
  private boolean complete;
  private @Nullable String failure;
  private Headers trailers = Headers.EMPTY;

  // The reader's own.
  private ArrayDeque<ByteBuf> batch = new ArrayDeque<>();
  private @Nullable ByteBuf current;
  private boolean begun;
  private boolean ended;
  private long began;
  private long patience = Long.MAX_VALUE;

  BodyQueue(long length, Connection connection, String network) {
    this.length = length;
    this.bound = connection.site().bounds().queue() / 2;
    this.connection = connection;
    this.memory = connection.site().budgets().bodies().open(network);
    this.complete = length == 0;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public long received() {
    lock.lock();
    try {
      return received;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable ByteBuffer next() {
    if (length == 0 || ended) return null;
    if (!begun) {
      begun = true;
      connection.bodyWanted(this);
    }
    releaseCurrent();
    if (batch.isEmpty() && !takeBatch()) {
      ended = true;
      return null;
    }
    ByteBuf buffer = batch.remove();
    current = buffer;
    return buffer.nioBuffer().asReadOnlyBuffer();
  }

  @Override
  public void finishWithin(Duration time) {
    began = System.nanoTime();
    patience = time.toNanos();
  }

  @Override
  public Headers trailers() {
    return ended ? trailers : Headers.EMPTY;
  }

  /// Waits for a batch; false at the end of the body.
  private boolean takeBatch() {
    boolean resume;
    lock.lock();
    try {
      await();
      if (failure != null) throw new ClientGone(failure);
      if (waiting.isEmpty()) return false;
      ArrayDeque<ByteBuf> taken = waiting;
      waiting = batch;
      batch = taken;
      memory.give(batchKept);
      batchKept = waitingKept;
      waitingKept = 0;
      waitingBytes = 0;
      resume = full;
      full = false;
    } finally {
      lock.unlock();
    }
    if (resume) connection.bodyHasRoom(this);
    return true;
  }

  /// Until there is something to tell.
  private void await() {
    while (waiting.isEmpty() && !complete && failure == null) {
      if (patience == Long.MAX_VALUE) {
        changed.awaitUninterruptibly();
        continue;
      }
      long left = patience - (System.nanoTime() - began);
      if (left <= 0) throw new ClientSlow("the body did not come in the time it may take");
      try {
        var _ = changed.awaitNanos(left);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new ClientGone("interrupted while waiting for a body");
      }
    }
  }

  /// On the loop: takes the buffer over. Call {@link #wake} after the last one of a burst.
  void append(ByteBuf buffer) {
    lock.lock();
    try {
      if (failure != null) {
        buffer.release();
        return;
      }
      waiting.add(buffer);
      received += buffer.readableBytes();
      int more = buffer.readableBytes() + OVERHEAD;
      waitingBytes += more;
      boolean kept = memory.tryTake(more);
      if (kept) waitingKept += more;
      full |= !kept || waitingBytes >= bound;
    } finally {
      lock.unlock();
    }
  }

  boolean isFull() {
    lock.lock();
    try {
      return full;
    } finally {
      lock.unlock();
    }
  }

  void wake() {
    lock.lock();
    try {
      if (!waiting.isEmpty() || complete || failure != null) changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// On the loop: the whole body was appended.
  void complete(Headers received) {
    lock.lock();
    try {
      trailers = received;
      complete = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Nothing more will come. Bytes not yet read are lost.
  void fail(String reason) {
    lock.lock();
    try {
      if (failure == null) failure = reason;
      discardWaiting();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// On the request's thread, after the handler.
  void release() {
    ended = true;
    releaseCurrent();
    releaseAll(batch);
    fail("the handler has returned");
    lock.lock();
    try {
      memory.close();
    } finally {
      lock.unlock();
    }
  }

  private void discardWaiting() {
    releaseAll(waiting);
    memory.give(waitingKept);
    waitingKept = 0;
    waitingBytes = 0;
    full = false;
  }

  private void releaseCurrent() {
    ByteBuf buffer = current;
    if (buffer != null) {
      current = null;
      buffer.release();
    }
  }

  private static void releaseAll(ArrayDeque<ByteBuf> buffers) {
    for (ByteBuf buffer = buffers.poll(); buffer != null; buffer = buffers.poll()) buffer.release();
  }
}
