package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random work on the embedded store and on the model: every answer is the same. `-Dtarn.seed=`
/// repeats a run.
final class MetaModelTest {

  @TempDir Path directory;

  @Test
  void the_embedded_store_answers_like_the_model() {
    run(Long.getLong("tarn.seed", System.nanoTime()), 2_000);
  }

  @Test
  @Tag("slow")
  void the_embedded_store_answers_like_the_model_for_long() {
    run(Long.getLong("tarn.seed", System.nanoTime()), 40_000);
  }

  private void run(long seed, int steps) {
    Random random = new Random(seed);
    RocksMetaStore rocks =
        RocksMetaStore.open(directory, MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS);
    try (MemoryMetaStore model = new MemoryMetaStore()) {
      for (int step = 1; step <= steps; step++) {
        String where = "seed " + seed + ", step " + step;
        int dice = random.nextInt(1_000);
        if (dice < 600) {
          Batch batch = batch(random, step);
          assertThat(outcome(rocks, batch))
              .as("%s: %s", where, batch)
              .isEqualTo(outcome(model, batch));
        } else if (dice < 998) {
          Scan scan = scan(random);
          Page page = MetaStore.await(model.scan(scan));
          Page actual = MetaStore.await(rocks.scan(scan));
          assertThat(actual.items()).as("%s: %s", where, scan).isEqualTo(page.items());
          assertThat(actual.next()).as("%s: %s", where, scan).isEqualTo(page.next());
          MetaKey key = key(random);
          assertThat(MetaStore.await(rocks.get(key)))
              .as("%s: %s", where, key)
              .isEqualTo(MetaStore.await(model.get(key)));
        } else {
          rocks.close();
          rocks = RocksMetaStore.open(directory, MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS);
        }
      }
      Scan all = Scan.of(new KeyRange(MetaKey.of("A"), MetaKey.of("z")), 10_000);
      assertThat(MetaStore.await(rocks.scan(all)).items())
          .as("seed %d", seed)
          .isEqualTo(MetaStore.await(model.scan(all)).items());
      assertThat(MetaStore.await(rocks.verify())).isEmpty();
    } finally {
      rocks.close();
    }
  }

  /// The answer without the sequence, which each engine counts its own way.
  private static Object outcome(MetaStore store, Batch batch) {
    CommitResult result = MetaStore.await(store.commit(batch));
    return result instanceof CommitResult.Committed ? "committed" : result;
  }

  private static Batch batch(Random random, int step) {
    List<Guard> guards = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      MetaKey key = key(random);
      guards.add(
          switch (random.nextInt(5)) {
            case 0 -> new Guard.Absent(key);
            case 1 -> new Guard.Present(key);
            case 2 -> new Guard.VersionIs(key, Math.max(1, step - random.nextInt(200)));
            default -> new Guard.Precedes(key);
          });
    }
    List<Op> ops = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      MetaKey key = key(random);
      MetaKey oldTo = MetaKey.of("G" + random.nextInt(50));
      ops.add(
          switch (random.nextInt(10)) {
            case 0, 1 -> new Op.Delete(key);
            case 2 -> new Op.Delete(key, oldTo);
            case 3 -> new Op.Put(key, value(random), oldTo);
            case 4 ->
                random.nextInt(10) == 0 ? new Op.DeleteRange(range(random)) : new Op.Delete(key);
            default -> new Op.Put(key, value(random));
          });
    }
    return Batch.of(step, guards, ops);
  }

  private static byte[] value(Random random) {
    byte[] value =
        new byte[random.nextInt(20) == 0 ? 4_000 + random.nextInt(2_000) : random.nextInt(40)];
    random.nextBytes(value);
    return value;
  }

  private static MetaKey key(Random random) {
    StringBuilder name = new StringBuilder();
    name.append("CDEO".charAt(random.nextInt(4)));
    for (int i = random.nextInt(6); i > 0; i--) name.append("ab/".charAt(random.nextInt(3)));
    return MetaKey.of(name.toString());
  }

  private static KeyRange range(Random random) {
    MetaKey one = key(random);
    MetaKey two = key(random);
    return one.compareTo(two) <= 0 ? new KeyRange(one, two) : new KeyRange(two, one);
  }

  private static Scan scan(Random random) {
    Scan scan = Scan.of(range(random), 1 + random.nextInt(random.nextBoolean() ? 5 : 200));
    if (random.nextBoolean()) {
      String delimiter = List.of("/", "a", "//", "ab", "b/a").get(random.nextInt(5));
      scan = scan.rollup(random.nextInt(4), delimiter.getBytes(StandardCharsets.UTF_8));
    }
    Optional<Scan> keys = random.nextInt(4) == 0 ? Optional.of(scan.keysOnly()) : Optional.empty();
    return keys.orElse(scan);
  }
}
