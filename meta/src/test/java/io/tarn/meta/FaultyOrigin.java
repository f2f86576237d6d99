package io.tarn.meta;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.MemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An origin in memory with one bucket, and what can go wrong on the way to it.
final class FaultyOrigin {
  static final Key KEY = new Key(".tarn/catalog");

  private final MemoryStore there = new MemoryStore();
  private final Bucket bucket =
      there.create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger writes = new AtomicInteger();

  /// What happens to the next write, once.
  enum Fault {
    /// It never gets there.
    LOST,
    /// It is done, and the answer is lost.
    ANSWER_LOST,
    /// It gets there only after the one that comes next.
    LATE,
    /// Whoever wrote it hears nothing any more, and it never got there.
    DIES_BEFORE,
    /// The same, and it got there.
    DIES_AFTER
  }

  /// Who comes by this way meets its faults alone.
  final class Way {
    volatile @Nullable Fault next;
    volatile boolean away;
    final CountDownLatch dead = new CountDownLatch(1);
    final CountDownLatch died = new CountDownLatch(1);
    private @Nullable Runnable late;

    ObjectStore store() {
      return (ObjectStore)
          Proxy.newProxyInstance(
              ObjectStore.class.getClassLoader(),
              new Class<?>[] {ObjectStore.class},
              (_, method, arguments) -> call(method, arguments));
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
      if (away) throw new StoreFailure.Unavailable("the origin is away", null);
      if (method.getName().equals("open")) {
        reads.incrementAndGet();
        return there.open((Read) arguments[0]);
      }
      if (method.getName().equals("put")) return put((Put) arguments[0], (Incoming) arguments[1]);
      try {
        return method.invoke(there, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private Object put(Put put, Incoming content) {
      writes.incrementAndGet();
      Fault fault = next;
      next = null;
      if (fault == null) {
        Object done = there.put(put, content);
        runLate();
        return done;
      }
      switch (fault) {
        case LOST -> {}
        case ANSWER_LOST -> there.put(put, content);
        case LATE -> late = () -> there.put(put, content);
        case DIES_BEFORE -> die();
        case DIES_AFTER -> {
          there.put(put, content);
          die();
        }
      }
      throw new StoreFailure.Indeterminate("no answer", null);
    }

    /// What was late finds its condition not to hold any more, or it would undo what came first.
    private void runLate() {
      Runnable delayed = late;
      late = null;
      if (delayed == null) return;
      try {
        delayed.run();
      } catch (StoreFailure.ConditionFailed e) {
        return;
      }
      throw new AssertionError("a write that came late was taken");
    }

    private void die() {
      died.countDown();
      Uninterrupted.run(dead::await);
    }

    ImageObject object() {
      return new ImageObject(store(), bucket, KEY);
    }
  }

  Way way() {
    return new Way();
  }

  MemoryStore there() {
    return there;
  }

  Bucket bucket() {
    return bucket;
  }
}
