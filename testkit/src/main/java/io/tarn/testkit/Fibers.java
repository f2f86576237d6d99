package io.tarn.testkit;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Virtual threads scheduled by their owner: whenever one of them can go on, `scheduler` is handed
/// a piece of work, and the thread goes on when that is run, on the thread that runs it, until it
/// blocks. So code that blocks in locks, queues and futures runs as it is, one thread at a time, in
/// an order its owner decides. Only waiting with a timeout is beyond it: the JDK counts real time.
///
/// A thread whose work is never run stays where it is, as in a crash: no `finally`, no handler. It
/// is collected with this.
///
/// The JDK has such threads, and no public way to make them yet: the virtual machine needs
/// `--add-opens=java.base/java.lang=ALL-UNNAMED`.
final class Fibers {
  private final ExecutorService threads;
  private String name = "";
  private @Nullable Thread made;

  Fibers(Executor scheduler) {
    Thread.Builder.OfVirtual builder = scheduledBy(scheduler);
    // An executor of its own: the JDK holds on to each virtual thread that has none.
    this.threads =
        Executors.newThreadPerTaskExecutor(
            work -> {
              Thread thread = builder.name(name).unstarted(work);
              made = thread;
              return thread;
            });
  }

  Thread start(String threadName, Runnable work) {
    name = threadName;
    threads.execute(work);
    Thread thread = made;
    if (thread == null) throw new IllegalStateException("no thread was made");
    return thread;
  }

  private static Thread.Builder.OfVirtual scheduledBy(Executor scheduler) {
    try {
      Class<?> builder = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
      Constructor<?> constructor = builder.getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
    } catch (InaccessibleObjectException e) {
      throw new IllegalStateException(
          "simulations need --add-opens=java.base/java.lang=ALL-UNNAMED", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK makes virtual threads in another way", e);
    }
  }
}
