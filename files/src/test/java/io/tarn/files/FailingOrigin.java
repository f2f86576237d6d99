package io.tarn.files;

import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// An origin that can be away, or break off after a write.
final class FailingOrigin {
  /// What becomes of writes and reads.
  enum Mood {
    WELL,
    AWAY,
    /// It has the object, and nobody is told.
    SILENT_AFTER_PUT,
    /// It does not have it, and nobody is told.
    SILENT_BEFORE_PUT
  }

  volatile Mood mood = Mood.WELL;
  final AtomicInteger opened = new AtomicInteger();

  ObjectStore before(ObjectStore far) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              boolean put = method.getName().equals("put");
              if (method.getName().equals("open")) opened.incrementAndGet();
              Mood now = mood;
              if (now == Mood.AWAY) {
                throw new StoreFailure.OriginUnreachable("far", "it is away", Duration.ZERO);
              }
              if (put && now == Mood.SILENT_BEFORE_PUT) throw unknown();
              try {
                Object answer = method.invoke(far, arguments);
                if (put && now == Mood.SILENT_AFTER_PUT) throw unknown();
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static StoreFailure unknown() {
    return new StoreFailure.Indeterminate("the answer did not come", null);
  }
}
