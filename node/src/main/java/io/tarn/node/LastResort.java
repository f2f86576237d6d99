package io.tarn.node;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Ends a server that cannot go on, with a word and a code on which a supervisor starts it again: a
/// half-dead process that stays is worse than none.
///
/// It ends when a thread dies of an exception that nobody caught (every thread there is is needed:
/// event loops, the committer, the reaper, …), when somebody met an error that must not be lived
/// with ([io.tarn.observe.Fatal]), when the heap stays full whatever is collected, and when it was
/// told to end and does not. The launcher starts Java with `-XX:+ExitOnOutOfMemoryError`, which
/// leaves less to chance; without it this is what there is.
final class LastResort implements Thread.UncaughtExceptionHandler {
  /// Beyond the time for draining: to close connections, finish commits, close the metadata store.
  private static final Duration TO_CLOSE = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofSeconds(1);

  /// So many looks in a row at which the heap was collected wholly, in vain.
  private static final int LOOKS = 5;

  private static final double FULL = 0.98;

  /// How long it may take to say why.
  private static final Duration TO_SAY = Duration.ofSeconds(5);

  private static final String ENDING = "tarn: ending, so that it can be started again: ";
  private static final String NO_MEMORY = "no memory is left; see TARN_HEAP";
  private static final byte[] LAST_WORD =
      (ENDING + NO_MEMORY + "\n").getBytes(StandardCharsets.US_ASCII);
  private static final int CODE = ExitCode.BROKEN.value();

  private final Saying saying;
  private final Ending ending;

  /// Only the first to come ends the process, so that nobody cuts its words off.
  private final AtomicBoolean claimed = new AtomicBoolean();

  private final CountDownLatch told = new CountDownLatch(1);
  private volatile Duration patience = Duration.ZERO;
  private volatile String failure = "";

  /// What is done in the end.
  interface Ending {
    void halt(int code);
  }

  /// Where the reason goes. `raw` is the same place, written to without taking memory.
  record Saying(PrintStream text, OutputStream raw) {}

  LastResort(Saying saying, Ending ending) {
    this.saying = saying;
    this.ending = ending;
  }

  /// For this process. The threads are started now: when they are needed there may be no memory for
  /// new ones.
  static LastResort arm(PrintStream err) {
    var raw = new FileOutputStream(FileDescriptor.err);
    var resort = new LastResort(new Saying(err, raw), Runtime.getRuntime()::halt);
    Thread.setDefaultUncaughtExceptionHandler(resort);
    Thread.ofPlatform().daemon().name("end-watch").start(resort::watchTheEnd);
    Thread.ofPlatform().daemon().name("heap-watch").start(resort::watchTheHeap);
    return resort;
  }

  /// Why the server is about to end; empty while all is well.
  String failure() {
    return failure;
  }

  /// The server was told to end, and may take so long to let requests finish.
  void endWithin(Duration drain) {
    patience = drain.plus(TO_CLOSE);
    told.countDown();
  }

  /// Ends the process even where there is no memory left to say why.
  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    if (!claimed.compareAndSet(false, true)) return;
    try {
      hurry();
      if (thrown instanceof OutOfMemoryError) sayWithoutMemory(thrown);
      say("thread " + thread.getName() + " ended: " + thrown, thrown);
    } finally {
      ending.halt(CODE);
    }
  }

  private void end(String why) {
    if (!claimed.compareAndSet(false, true)) return;
    try {
      hurry();
      say(why, null);
    } finally {
      ending.halt(CODE);
    }
  }

  /// Nobody may be reading what is said here.
  private void hurry() {
    patience = TO_SAY;
    told.countDown();
  }

  private void sayWithoutMemory(Throwable thrown) {
    failure = NO_MEMORY;
    try {
      saying.raw.write(LAST_WORD);
    } catch (IOException e) {
      thrown.addSuppressed(e);
    }
  }

  private void say(String why, @Nullable Throwable thrown) {
    failure = why;
    saying.text.print(ENDING + why + "\n");
    if (thrown != null) thrown.printStackTrace(saying.text);
    saying.text.flush();
  }

  private void watchTheEnd() {
    try {
      told.await();
      Thread.sleep(patience);
      if (claimed.compareAndSet(false, true)) {
        say("told to end, it did not within %d s".formatted(patience.toSeconds()), null);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    } finally {
      ending.halt(CODE);
    }
  }

  private void watchTheHeap() {
    MemoryPoolMXBean old = oldPool();
    GarbageCollectorMXBean whole = oldCollector();
    if (old == null || whole == null) return; // another collector than the launcher's
    int looks = 0;
    long before = whole.getCollectionCount();
    while (true) {
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e); // nobody interrupts it
      }
      long now = whole.getCollectionCount();
      looks = now > before && isFull(old) ? looks + 1 : 0;
      before = now;
      if (looks >= LOOKS) end("the heap is full; see TARN_HEAP");
    }
  }

  private static boolean isFull(MemoryPoolMXBean pool) {
    MemoryUsage after = pool.getCollectionUsage();
    return after != null && after.getMax() > 0 && after.getUsed() > FULL * after.getMax();
  }

  private static @Nullable MemoryPoolMXBean oldPool() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getName().contains("Old Gen")) return pool;
    }
    return null;
  }

  private static @Nullable GarbageCollectorMXBean oldCollector() {
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (bean.getName().contains("Old")) return bean;
    }
    return null;
  }
}
