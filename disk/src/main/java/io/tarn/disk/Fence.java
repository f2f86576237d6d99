package io.tarn.disk;

import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps writes away from a volume that failed one, until a check finds it well.
///
/// After a failed write, rename or sync the check is made by itself, the first time after a pause,
/// then after longer and longer ones, and longer ones still when the volume fails again. After too
/// many reads that failed only an operator's check opens the fence: what a check writes and reads
/// says nothing about what lies elsewhere on the disk.
final class Fence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Fence.class);
  private static final int MOST_DOUBLINGS = 6;

  private final Path root;
  private final Check check;
  private final Duration pause;
  private final long mostReadErrors;
  private final AtomicLong readErrors = new AtomicLong();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Trouble trouble;

  // Guarded by this.
  private long forgiven;
  private int raised;

  /// Finds out whether a volume can be written to.
  interface Check {
    void run() throws IOException;
  }

  private record Trouble(String why, IOException cause, boolean lasting) {}

  /// `pause` is the first one before a check, `mostReadErrors` how many reads may fail.
  Fence(Path root, Check check, Duration pause, long mostReadErrors) {
    this.root = root;
    this.check = check;
    this.pause = pause;
    this.mostReadErrors = mostReadErrors;
  }

  /// Why nothing may be written, or null.
  @Nullable String problem() {
    Trouble now = trouble;
    if (now == null) return null;
    return "%s is read-only until a check finds it well: %s".formatted(root, now.why);
  }

  /// Reads that failed since the volume was opened.
  long readErrors() {
    return readErrors.get();
  }

  void refuse() {
    Trouble now = trouble;
    if (now != null) throw new Unavailable(String.valueOf(problem()), now.cause);
  }

  void readFailed(IOException e) {
    long count = readErrors.incrementAndGet();
    synchronized (this) {
      if (count - forgiven < mostReadErrors) return;
    }
    raise(new Trouble("%d reads failed, the last with %s".formatted(count, e), e, true));
  }

  void writeFailed(IOException e) {
    raise(new Trouble(e.toString(), e, false));
  }

  private synchronized void raise(Trouble found) {
    Trouble before = trouble;
    if (before != null && (before.lasting || !found.lasting)) return;
    trouble = found;
    LOG.error("volume {} is read-only from now on: {}", root, found.why);
    if (found.lasting || before != null) return;
    int doublings = Math.min(raised++, MOST_DOUBLINGS);
    Thread.ofPlatform().daemon().name("volume-check").start(() -> checkUntilWell(doublings));
  }

  private void checkUntilWell(int doublings) {
    int exponent = doublings;
    try {
      while (!closing.await(pause.toNanos() << exponent, TimeUnit.NANOSECONDS)) {
        Trouble now = trouble;
        if (now == null || now.lasting || passes(now)) return;
        exponent = Math.min(exponent + 1, MOST_DOUBLINGS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  private boolean passes(Trouble found) {
    try {
      check.run();
    } catch (IOException e) {
      LOG.warn("volume {} stays read-only: {}", root, e.toString());
      return false;
    }
    open(found);
    return true;
  }

  /// What came up since the check began keeps the fence.
  private synchronized void open(@Nullable Trouble found) {
    if (found == null || !found.equals(trouble)) return;
    trouble = null;
    forgiven = readErrors.get();
    LOG.info("volume {} takes writes again", root);
  }

  /// Checks now. Fails with [Unavailable], saying what is wrong.
  void check() {
    Trouble found = trouble;
    try {
      check.run();
    } catch (IOException e) {
      writeFailed(e);
      throw new Unavailable("%s is not well: %s".formatted(root, e), e);
    }
    open(found);
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
