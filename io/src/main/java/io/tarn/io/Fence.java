package io.tarn.io;

import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps writes away from a directory that failed one, and everything away from one that does not
/// answer, until a check finds it well.
///
/// After a failed write, rename or sync, or a call that did not end in time, the check is made by
/// itself, the first time after a pause, then after longer and longer ones. One that fails again
/// soon after a check found it well waits longer for the first one, too, but not for long: it was
/// well. After too many reads that failed only an operator's check opens the fence: what a check
/// writes and reads says nothing about what lies elsewhere on the disk.
public final class Fence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Fence.class);
  /// Of the pause between checks that fail.
  private static final int MOST_DOUBLINGS = 6;

  /// Of the pause before the first check of one that failed before.
  private static final int MOST_AGAIN = 3;

  private final Path root;
  private final String name;
  private final Check check;
  private final Duration pause;
  private final long mostReadErrors;
  private final LongSupplier nanos;
  private final AtomicLong readErrors = new AtomicLong();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Trouble trouble;

  // Guarded by this.
  private long forgiven;
  private int raised;
  private long wellSince;

  /// Finds out whether the directory can be written to.
  public interface Check {
    void run() throws IOException;
  }

  /// `lasting`: only an operator's check ends it. `silent`: the disk does not answer.
  private record Trouble(String why, IOException cause, boolean lasting, boolean silent) {
    /// What more is known now; the same when that is nothing.
    Trouble and(Trouble more) {
      if ((lasting || !more.lasting) && (silent || !more.silent)) return this;
      return new Trouble(more.why, more.cause, lasting || more.lasting, silent || more.silent);
    }
  }

  /// Of the directory `root`, which clients know as `name`. `pause` is the first one before a
  /// check, `mostReadErrors` how many reads may fail.
  public Fence(Path root, String name, Check check, Duration pause, long mostReadErrors) {
    this(root, name, check, pause, mostReadErrors, System::nanoTime);
  }

  Fence(
      Path root,
      String name,
      Check check,
      Duration pause,
      long mostReadErrors,
      LongSupplier nanos) {
    this.nanos = nanos;
    this.wellSince = nanos.getAsLong();
    this.root = root;
    this.name = name;
    this.check = check;
    this.pause = pause;
    this.mostReadErrors = mostReadErrors;
  }

  /// Why nothing may be written, or null.
  public @Nullable String problem() {
    Trouble now = trouble;
    return now == null ? null : told(now);
  }

  private String told(Trouble now) {
    return now.silent
        ? "%s does not answer; it is left alone until a check finds it well: %s"
            .formatted(root, now.why)
        : "%s is read-only until a check finds it well: %s".formatted(root, now.why);
  }

  /// Whether the disk does not answer.
  public boolean isSilent() {
    Trouble now = trouble;
    return now != null && now.silent;
  }

  /// Reads that failed since this was made.
  public long readErrors() {
    return readErrors.get();
  }

  /// Before a write.
  public void refuse() {
    Trouble now = trouble;
    if (now == null) return;
    if (now.silent) throw unresponsive(now.cause);
    throw new Unavailable(told(now), now.cause);
  }

  /// Before anything.
  public void refuseSilent() {
    Trouble now = trouble;
    if (now != null && now.silent) throw unresponsive(now.cause);
  }

  Unresponsive unresponsive(IOException cause) {
    return new Unresponsive("%s does not answer. Please try again later.".formatted(name), cause);
  }

  public void readFailed(IOException e) {
    long count = readErrors.incrementAndGet();
    synchronized (this) {
      if (count - forgiven < mostReadErrors) return;
    }
    raise(new Trouble("%d reads failed, the last with %s".formatted(count, e), e, true, false));
  }

  public void writeFailed(IOException e) {
    raise(new Trouble(e.toString(), e, false, false));
  }

  /// A call did not end in time.
  public void silent(IOException e) {
    raise(new Trouble(String.valueOf(e.getMessage()), e, false, true));
  }

  private synchronized void raise(Trouble found) {
    Trouble before = trouble;
    Trouble now = before == null ? found : before.and(found);
    if (now.equals(before)) return;
    trouble = now;
    LOG.error("{}", told(now));
    if (now.lasting || before != null) return;
    boolean longAgo = nanos.getAsLong() - wellSince > pause.toNanos() << MOST_DOUBLINGS;
    if (longAgo) raised = 0;
    int doublings = Math.min(raised++, MOST_AGAIN);
    Thread.ofPlatform().daemon().name("disk-check").start(() -> checkUntilWell(doublings));
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
    } catch (IOException | StoreFailure e) {
      LOG.warn("{} stays as it is: {}", root, e.getMessage());
      return false;
    }
    open(found);
    return true;
  }

  /// What came up since the check began keeps the fence.
  private synchronized void open(@Nullable Trouble found) {
    if (found == null || !found.equals(trouble)) return;
    trouble = null;
    wellSince = nanos.getAsLong();
    forgiven = readErrors.get();
    LOG.info("{} is well again", root);
  }

  /// Checks now. Fails with [Unavailable], saying what is wrong.
  public void check() {
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
