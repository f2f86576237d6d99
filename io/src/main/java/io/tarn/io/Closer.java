package io.tarn.io;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes the files of one directory on a thread of its own. Closing waits for the disk, too: the
/// last to close a deleted file takes its bytes away. Nobody waits for it, and whoever closes may
/// be an event loop.
///
/// The thread looks again a few milliseconds after it had something to do, and only then waits to
/// be woken: under load a file more costs no more than its place in the queue.
public final class Closer {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);
  private static final long MOMENT_NANOS = 5_000_000;

  private final Calls calls;
  private final ConcurrentLinkedQueue<Closing> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger left = new AtomicInteger();
  private volatile boolean idle;
  private volatile boolean ending;
  private volatile long since; // 0 while it closes nothing
  private volatile @Nullable Thread thread;

  /// A file to be closed, or something like it.
  public interface Closing {
    void run() throws Exception;
  }

  public Closer(Calls calls) {
    this.calls = calls;
  }

  /// Closes it soon.
  public void add(Closing file) {
    left.incrementAndGet();
    if (ending) {
      close(file);
      return;
    }
    queue.add(file);
    Thread running = thread;
    if (running == null) running = begin();
    if (idle) LockSupport.unpark(running);
    if (isStuck()) calls.overdue("closing a file");
  }

  private boolean isStuck() {
    long began = since;
    return began != 0 && System.nanoTime() - began > calls.patienceNanos();
  }

  /// Files that wait to be closed.
  public int left() {
    return left.get();
  }

  private synchronized Thread begin() {
    Thread running = thread;
    if (running == null) {
      running = Thread.ofPlatform().daemon().name("disk-close").unstarted(this::run);
      running.start();
      thread = running; // who ends it can wait for it
    }
    return running;
  }

  private void run() {
    while (true) {
      Closing file = queue.poll();
      if (file != null) {
        while (file != null) {
          close(file);
          file = queue.poll();
        }
        if (!ending) LockSupport.parkNanos(MOMENT_NANOS);
        continue;
      }
      idle = true;
      if (queue.isEmpty()) {
        if (ending) return;
        LockSupport.park();
      }
      idle = false;
    }
  }

  private void close(Closing file) {
    since = System.nanoTime() | 1;
    try {
      file.run();
    } catch (Exception e) {
      LOG.warn("a file could not be closed: {}", e.toString());
    } finally {
      since = 0;
      left.decrementAndGet();
    }
  }

  /// Ends the thread after what is left, and waits for it, though not for ever.
  public void end() {
    ending = true;
    Thread running = thread;
    if (running == null) return;
    LockSupport.unpark(running);
    try {
      var _ = running.join(Duration.ofNanos(calls.patienceNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
