package io.tarn.index;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.MemoryBlobs;
import io.tarn.testkit.MemoryStore;
import io.tarn.testkit.ModelComparison;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final int SMALLEST_PART = 7;

  /// `-Dtarn.seed=…` repeats a run.
  private static long seed() {
    long seed = Long.getLong("tarn.seed", System.nanoTime() & 0xFFFFFFL);
    System.out.println("tarn.seed=" + seed);
    return seed;
  }

  private static ModelComparison.Subject inMemory() {
    InstantSource clock = InstantSource.system();
    var meta = new ShortPages(new MemoryMetaStore());
    var blobs = new MemoryBlobs();
    var backends = new IndexBackends(meta, blobs, new Tokens(clock, 1), clock, 1);
    Index index = Index.on(backends, Index.settings(SMALLEST_PART, Duration.ZERO));
    return new ModelComparison.Subject(
        index.both(), () -> index.store().reaper().round(), meta::close);
  }

  private static BucketsContract.Both model() {
    var store = new MemoryStore(InstantSource.system(), SMALLEST_PART);
    return new BucketsContract.Both(store, store);
  }

  @Test
  void random_sequences_have_the_outcome_of_the_model() {
    new ModelComparison(ModelTest::inMemory, ModelTest::model).run(seed(), 10, 150, 70_000);
  }

  @Test
  @Tag("slow")
  void many_random_sequences_have_the_outcome_of_the_model() {
    new ModelComparison(ModelTest::inMemory, ModelTest::model).run(seed(), 3000, 200, 70_000);
  }
}
