package io.tarn.cache;

import io.tarn.io.Calls;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What waits to be written to the log of queued writes, and who waits for it. The writer of the
/// log takes it, some at once; while it waits for a disk that does not answer, nobody waits for the
/// writer.
final class PendingAppends {
  /// How long whoever waits looks away.
  private static final long SLICE_NANOS = 100_000_000;

  private final QueueDirectory disk;
  private final Deque<Pending> waiting = new ArrayDeque<>(); // guarded by itself
  private boolean closed; // likewise
  private volatile boolean ended;
  private volatile long callingSince; // 0 while the writer waits for no disk

  PendingAppends(QueueDirectory disk) {
    this.disk = disk;
  }

  /// Told of what nobody waits for any more.
  interface Late {
    /// From now on nobody does: [#ended] comes.
    void left();

    /// By the writer, which must not wait for anything then. `came` is null when it failed, or none
    /// was to come.
    void ended(WriteLog.@Nullable Live came, @Nullable StoreFailure failure);
  }

  /// Who waits for ever has nothing to be told.
  private static final Late NOBODY =
      new Late() {
        @Override
        public void left() {}

        @Override
        public void ended(WriteLog.@Nullable Live came, @Nullable StoreFailure failure) {}
      };

  /// Records that happen together, or not.
  static final class Pending {
    final List<LogRecord> records;
    final List<byte[]> encoded;
    private final CountDownLatch done = new CountDownLatch(1);
    volatile @Nullable StoreFailure failure;
    volatile WriteLog.@Nullable Live came;
    private boolean decided; // guarded by this, as is late
    private @Nullable Late late;

    Pending(List<LogRecord> records, List<byte[]> encoded) {
      this.records = records;
      this.encoded = encoded;
    }

    int bytes() {
      int bytes = 0;
      for (byte[] each : encoded) bytes += LogSegment.RECORD_HEAD + each.length;
      return bytes;
    }

    /// Nobody waits for it any more. False when it has just been decided.
    private synchronized boolean leave(Late to) {
      if (decided) return false;
      to.left();
      late = to;
      return true;
    }

    /// It happened, or failed.
    void decide() {
      Late left;
      synchronized (this) {
        decided = true;
        left = late;
      }
      if (left != null) left.ended(failure == null ? came : null, failure);
      done.countDown();
    }
  }

  static void fail(List<Pending> group, StoreFailure failure) {
    for (Pending each : group) each.failure = failure;
  }

  /// As [WriteLog#append].
  WriteLog.@Nullable Live append(List<LogRecord> records, byte[] inline, Late late) {
    disk.refuseSilent();
    long patience = disk.calls().patienceNanos();
    return await(submit(records, inline), System.nanoTime() + patience, late);
  }

  /// As [WriteLog#record].
  void record(LogRecord what) {
    var _ = await(submit(List.of(what), new byte[0]), null, NOBODY);
  }

  private Pending submit(List<LogRecord> records, byte[] inline) {
    List<byte[]> encoded = new ArrayList<>();
    for (LogRecord each : records) {
      encoded.add(each.encode(each instanceof LogRecord.Came ? inline : new byte[0]));
    }
    var pending = new Pending(records, encoded);
    synchronized (waiting) {
      if (closed) throw isClosed();
      waiting.addLast(pending);
      waiting.notifyAll();
    }
    return pending;
  }

  private static StoreFailure isClosed() {
    return new StoreFailure.Unavailable("the write-back queue is closed", null);
  }

  /// It ends soon, one way or the other, and whether it happened has to be known; an interrupt is
  /// kept for later.
  ///
  /// - `end`: when to give up waiting; null for never
  private WriteLog.@Nullable Live await(Pending pending, @Nullable Long end, Late late) {
    boolean interrupted = false;
    try {
      while (!isDone(pending)) {
        interrupted |= Thread.interrupted();
        if (isStuck()) disk.calls().overdue("writing the log of queued writes");
        if (ended) giveUp(pending, true, late);
        if (end == null || System.nanoTime() - end < 0) continue;
        boolean last = System.nanoTime() - end > disk.calls().patienceNanos();
        giveUp(pending, last || isStuck(), late);
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
    StoreFailure failure = pending.failure;
    if (failure != null) throw failure;
    return pending.came;
  }

  /// After a moment at most; false after an interrupt, too.
  private static boolean isDone(Pending pending) {
    try {
      return pending.done.await(SLICE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Fails if the writer has not begun with it, or, where `certainly`, is not done with it.
  private void giveUp(Pending pending, boolean certainly, Late late) {
    synchronized (waiting) {
      if (waiting.remove(pending)) {
        disk.refuseSilent();
        throw new StoreFailure.Unresponsive(
            "The write-back queue has too much to do. Please try again later.", null);
      }
    }
    if (certainly && pending.leave(late)) {
      throw new StoreFailure.Indeterminate(
          "the disk of the write-back queue does not answer; whether the write was queued is not"
              + " known",
          null);
    }
  }

  /// Whether the writer waits for the disk, and has for too long.
  boolean isStuck() {
    long since = callingSince;
    return since != 0 && System.nanoTime() - since > disk.calls().patienceNanos();
  }

  /// Makes a call to the disk, as the writer.
  void call(Calls.Action action) throws IOException {
    callingSince = System.nanoTime() | 1;
    try {
      action.run();
    } finally {
      callingSince = 0;
    }
  }

  /// For the writer: those that wait, as many as make a frame; none when it is closed.
  List<Pending> next(int mostBytes) {
    synchronized (waiting) {
      while (waiting.isEmpty() && !closed) {
        try {
          waiting.wait();
        } catch (InterruptedException e) {
          throw new IllegalStateException("nobody interrupts the writer of the log", e);
        }
      }
      List<Pending> group = new ArrayList<>();
      int bytes = 0;
      while (!waiting.isEmpty() && bytes < mostBytes) {
        Pending next = waiting.removeFirst();
        bytes += next.bytes();
        group.add(next);
      }
      return group;
    }
  }

  /// Takes nothing more, and waits for the writer to end, though not for ever.
  void close(Thread writer) {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    try {
      while (writer.isAlive() && !isStuck()) {
        var _ = writer.join(Duration.ofNanos(SLICE_NANOS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!writer.isAlive()) return;
    disk.calls().overdue("writing the log of queued writes");
    ended = true;
  }
}
