package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketContents;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.Bucket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// Buckets without objects, over a store that outlives them.
final class Registry {
  private static final BucketContents NOTHING =
      new BucketContents() {
        @Override
        public boolean isEmpty(Bucket bucket) {
          return true;
        }

        @Override
        public void discard(Plan plan, Bucket bucket) {}
      };

  private Registry() {}

  static BucketRegistry start(MetaStore meta) {
    var memory = new BucketRegistry.Memory(100, Duration.ofMinutes(1), System::nanoTime);
    return new BucketRegistry(meta, new Tokens(InstantSource.system(), 1), NOTHING, "here", memory);
  }

  /// The store as it is, that takes so many commits and no more.
  static MetaStore ending(MetaStore inner, AtomicInteger left) {
    return (MetaStore)
        Proxy.newProxyInstance(
            MetaStore.class.getClassLoader(),
            new Class<?>[] {MetaStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("commit") && left.getAndDecrement() <= 0) {
                return CompletableFuture.failedFuture(new MetaException.Unavailable("cut", null));
              }
              try {
                return method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /// Each bucket has its row among those of its owner, and there is no other.
  static List<String> problems(MetaStore meta) {
    List<String> problems = new ArrayList<>();
    var rows = new BlockingRows(meta);
    var holdings = new TreeSet<>();
    var held = new RowCursor(rows, BucketKeys.HOLDINGS);
    for (Entry row = held.next(); row != null; row = held.next()) holdings.add(row.key());
    var buckets = new RowCursor(rows, BucketKeys.BUCKETS);
    for (Entry row = buckets.next(); row != null; row = buckets.next()) {
      Bucket bucket = BucketRow.bucket(row);
      if (!holdings.remove(BucketKeys.holding(bucket.owner(), bucket.name().text()))) {
        problems.add("nobody holds " + bucket);
      }
    }
    for (Object key : holdings) problems.add("no bucket of " + key);
    return problems;
  }
}
