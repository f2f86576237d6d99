package io.tarn.meta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps room on the disk for deleting things when the disk is full.
///
/// A ballast file holds the reserve. When less than half a reserve is free beside it, the ballast
/// is given up and only batches that do not grow the store are admitted; when twice the reserve is
/// free again, the ballast comes back and everything is admitted. The first look and the ballast
/// come a few seconds after the start, which is not the time to write.
final class DiskRoom implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);
  private static final long FIRST_LOOK_MILLIS = 3_000;
  private static final long LOOK_MILLIS = 500;
  // A disk of a few hundred megabytes must not be all reserve.
  private static final int SHARE_OF_DISK = 16;
  private static final int SHARE_OF_RESERVE = 16;
  private static final int CHUNK = 1 << 20;
  private static final long PAUSE_MILLIS = 20;

  private final Path directory;
  private final Path ballast;
  private final long reserve;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final AtomicLong unseen = new AtomicLong();
  private volatile boolean low;

  DiskRoom(Path directory, long reserveBytes) {
    this.directory = directory;
    this.ballast = directory.resolve("ballast");
    this.reserve = Math.min(reserveBytes, directory.toFile().getTotalSpace() / SHARE_OF_DISK);
    this.thread = Thread.ofPlatform().name("meta-room").daemon().start(this::run);
  }

  boolean isLow() {
    return low;
  }

  /// Fails with [MetaException.Unavailable] when the disk is full and the batch would add to it.
  void admit(Batch batch, int bytes) {
    // The clock alone is too slow: a burst can fill what is left between two looks.
    if (unseen.addAndGet(bytes) > reserve / SHARE_OF_RESERVE) {
      unseen.set(0);
      if (!low && free() < reserve / 2) {
        ranOut();
      }
    }
    if (low && grows(batch)) {
      throw new MetaException.Unavailable("the disk is full: only deletes are taken", null);
    }
  }

  private static boolean grows(Batch batch) {
    int balance = 0;
    for (Op op : batch.ops()) {
      balance +=
          switch (op) {
            case Op.Put _ -> 1;
            case Op.Delete _, Op.DeleteRange _ -> -1;
          };
    }
    return balance > 0;
  }

  /// A write found no space: give up the ballast now.
  synchronized void ranOut() {
    if (!low) {
      LOG.warn("the disk is full, {} bytes are free: only deletes are taken", free());
    }
    low = true;
    try {
      Files.deleteIfExists(ballast);
    } catch (IOException e) {
      LOG.warn("cannot give up {}", ballast, e);
    }
  }

  private void run() {
    try {
      boolean ended = closing.await(FIRST_LOOK_MILLIS, TimeUnit.MILLISECONDS);
      while (!ended) {
        look();
        ended = closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private long free() {
    return directory.toFile().getUsableSpace();
  }

  private void look() throws InterruptedException {
    long free = free();
    if (low) {
      if (free >= 2 * reserve) {
        LOG.info("the disk has room again, {} bytes are free", free);
        low = false;
      }
    } else if (free < reserve / 2) {
      ranOut();
    } else if (free >= 2 * reserve) {
      fillBallast();
    }
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
        if (closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot reserve {} bytes in {}", reserve, ballast, e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    Uninterrupted.run(thread::join);
  }
}
