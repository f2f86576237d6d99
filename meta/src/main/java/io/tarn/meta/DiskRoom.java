package io.tarn.meta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps room on the disk for deleting things when the disk is full.
///
/// A ballast file holds the reserve. When less than half a reserve is free beside it, the ballast
/// is given up and only batches that do not grow the store are admitted, and, for as long as a
/// quarter of the reserve is free, those that end something (see [Batch.Need]); when twice the
/// reserve is free again, the ballast comes back and everything is admitted. The first look and the
/// ballast come a few seconds after the start, which is not the time to write.
///
/// What the ballast leaves is for flushes and the log, for without them no delete is taken. A
/// compaction would take it all; and it is what makes room of deletes. So while the disk is full
/// compactions are on probation: every few seconds they are tried, may take half of what is free,
/// and are stopped when they take more.
final class DiskRoom implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);
  private static final long FIRST_LOOK_MILLIS = 3_000;
  private static final long LOOK_MILLIS = 500;
  // A compaction writes some hundred megabytes a second.
  private static final long CLOSE_LOOK_MILLIS = 50;
  private static final long FIRST_HOLD_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_HOLD_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long TRIAL_NANOS = TimeUnit.SECONDS.toNanos(4);
  // A disk on the edge is full many times a second.
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int SHARE_OF_RESERVE = 16;
  // With less free than so many reserves, it is looked at closely.
  private static final int NEAR = 4;
  private static final long MOST_PER_DELETE = 4096;
  private static final int CHUNK = 1 << 20;
  private static final long PAUSE_MILLIS = 20;

  /// What takes room on the disk and can wait. Called by one thread.
  interface Compactions {
    /// Stops those that run, lets none start, and deletes what stopped ones left.
    void hold();

    /// Lets them run again. `sparingly`: with little room to work in, and beginning with what was
    /// deleted last. May be called again while they run.
    void resume(boolean sparingly);

    /// Begins to give back what deleted contents take, if that is worth it by now. Called twice a
    /// second.
    void reclaim();
  }

  private final Path directory;
  private final Path ballast;
  private final long reserve;
  private final Compactions compactions;
  private final Semaphore bell = new Semaphore(0);
  private final Thread thread;
  private final AtomicLong unseen = new AtomicLong();
  private volatile boolean closing;
  private volatile boolean low;
  private volatile boolean ranOut;
  private volatile long lastFree = Long.MAX_VALUE;
  private long told = System.nanoTime() - TELL_NANOS - 1;

  // Of the thread only.
  private boolean onProbation;
  private boolean held;
  private long until;
  private long holdNanos;
  private long floor;

  /// `reserve` fits the disk (see [MetaSettings#fitting]).
  DiskRoom(Path directory, long reserve, Compactions compactions) {
    this.directory = directory;
    this.ballast = ballastIn(directory);
    this.reserve = reserve;
    this.compactions = compactions;
    this.thread = Thread.ofPlatform().name("meta-room").daemon().start(this::run);
  }

  private static Path ballastIn(Path directory) {
    return directory.resolve("ballast");
  }

  /// Before the store is opened: opening writes, too, and must not fail for a ballast.
  static void makeWay(Path directory, long reserve) throws IOException {
    if (directory.toFile().getUsableSpace() < reserve) Files.deleteIfExists(ballastIn(directory));
  }

  boolean isLow() {
    return low;
  }

  /// Fails with [MetaException.Full] when the disk is full and the batch would add to it. Asks no
  /// disk: whoever commits may be a virtual thread, and the disk may hang.
  void admit(Batch batch, int bytes) {
    unseen.addAndGet(bytes);
    if (low && !isAffordable(batch)) {
      throw new MetaException.Full("the disk is full: only deletes are taken");
    }
  }

  /// Before a group is written, by who writes it. The clock alone is too slow: a burst can fill
  /// what is left between two looks, and so can a compaction.
  void beforeWrite() {
    if (!isNear() && unseen.get() <= reserve / SHARE_OF_RESERVE) return;
    unseen.set(0);
    lastFree = free();
    if (!low && lastFree < reserve / 2) giveUpBallast();
  }

  private boolean isNear() {
    return lastFree < NEAR * reserve;
  }

  private boolean isAffordable(Batch batch) {
    return switch (batch.need()) {
      case NOTHING -> true;
      case END -> lastFree >= reserve / 4 || !grows(batch); // compactions leave half of it
      case ROOM -> !grows(batch);
    };
  }

  /// More rows than before, or much larger ones: what the new values take is only free again when
  /// the old ones have been compacted away.
  private static boolean grows(Batch batch) {
    int more = 0;
    int fewer = 0;
    long bytes = 0;
    for (Op op : batch.ops()) {
      switch (op) {
        case Op.Put put -> {
          more++;
          bytes += put.value().length;
        }
        case Op.Delete _, Op.DeleteRange _ -> fewer++;
      }
    }
    return more > fewer || bytes > MOST_PER_DELETE * fewer;
  }

  /// A write found no space: give up the ballast now, and whatever else gives room.
  void ranOut() {
    ranOut = true;
    giveUpBallast();
  }

  private synchronized void giveUpBallast() {
    long now = System.nanoTime();
    if (!low && now - told > TELL_NANOS) {
      told = now;
      LOG.warn("the disk is full, {} bytes are free: only deletes are taken", free());
    }
    low = true;
    try {
      Files.deleteIfExists(ballast);
    } catch (IOException e) {
      LOG.warn("cannot give up {}", ballast, e);
    }
    bell.release();
  }

  private void run() {
    long pause = FIRST_LOOK_MILLIS;
    try {
      while (!rest(pause)) {
        look();
        pause = low || isNear() ? CLOSE_LOOK_MILLIS : LOOK_MILLIS;
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  /// Until the bell rings, and no longer than that; true when the store closes.
  private boolean rest(long millis) throws InterruptedException {
    if (bell.tryAcquire(millis, TimeUnit.MILLISECONDS)) bell.drainPermits();
    return closing;
  }

  private long free() {
    return directory.toFile().getUsableSpace();
  }

  private void look() throws InterruptedException {
    long free = free();
    lastFree = free;
    if (low) {
      if (free >= 2 * reserve) {
        recover(free);
      } else {
        watch(free);
      }
    } else if (free < reserve / 2) {
      giveUpBallast();
      lastFree = free();
    } else if (free >= 2 * reserve) {
      fillBallast();
    }
    if (!low) compactions.reclaim();
  }

  private void recover(long free) {
    LOG.info("the disk has room again, {} bytes are free", free);
    if (onProbation) compactions.resume(false);
    onProbation = false;
    held = false;
    ranOut = false;
    low = false;
  }

  private void watch(long free) {
    long now = System.nanoTime();
    boolean over = now - until >= 0;
    if (!onProbation) {
      onProbation = true;
      holdNanos = FIRST_HOLD_NANOS;
      hold(now);
    } else if (held) {
      if (over) tryOut(free, now);
    } else if (free < floor || ranOut) {
      holdNanos = Math.min(2 * holdNanos, LAST_HOLD_NANOS);
      hold(now);
    } else if (over) {
      holdNanos = FIRST_HOLD_NANOS;
      tryOut(free, now);
    }
  }

  private void hold(long now) {
    compactions.hold();
    held = true;
    until = now + holdNanos;
  }

  private void tryOut(long free, long now) {
    ranOut = false;
    held = false;
    floor = Math.min(free, reserve) / 2;
    until = now + TRIAL_NANOS;
    compactions.resume(true);
  }

  /// Slowly, in order not to hold up the commits of the same moment.
  private void fillBallast() throws InterruptedException {
    try (FileChannel file =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(CHUNK);
      long size = file.size();
      while (size < reserve && !low) {
        zeros.clear().limit((int) Math.min(CHUNK, reserve - size));
        size += file.write(zeros, size);
        if (rest(PAUSE_MILLIS)) return;
      }
    } catch (IOException e) {
      LOG.warn("cannot reserve {} bytes in {}", reserve, ballast, e);
    }
  }

  @Override
  public void close() {
    closing = true;
    bell.release();
    Uninterrupted.run(thread::join);
  }
}
