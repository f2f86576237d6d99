package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.RocksMetaStore;
import io.tarn.meta.Tokens;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.Histories;
import io.tarn.testkit.MemoryBlobs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {
  private static final TenantId OWNER = new TenantId("anna");
  private static final int THREADS = 16;
  private static final int KEYS = 3;
  private static final String NOTHING = "";

  /// What one thread did to one key and what came of it.
  private sealed interface Did {
    record Read(String found) implements Did {}

    /// `expected` is null for a write without conditions, empty for create-only.
    record Write(@org.jspecify.annotations.Nullable String expected, String value, boolean done)
        implements Did {}

    record Remove(@org.jspecify.annotations.Nullable String expected, boolean done)
        implements Did {}
  }

  private static Optional<String> step(String state, Did did) {
    return switch (did) {
      case Did.Read(var found) -> found.equals(state) ? Optional.of(state) : Optional.empty();
      case Did.Write(var expected, var value, var done) ->
          allowed(expected, state, done) ? Optional.of(done ? value : state) : Optional.empty();
      case Did.Remove(var expected, var done) ->
          allowed(expected, state, done) ? Optional.of(done ? NOTHING : state) : Optional.empty();
    };
  }

  private static boolean allowed(
      @org.jspecify.annotations.Nullable String expected, String state, boolean done) {
    return done == (expected == null || expected.equals(state));
  }

  @Test
  void conditional_writes_are_linearizable_in_memory() throws Exception {
    for (Versioning versioning : Versioning.values()) {
      check(Index.on(new MemoryMetaStore(), new MemoryBlobs(), Index.settings(5)), versioning);
    }
  }

  @Test
  void conditional_writes_are_linearizable_on_rocksdb(@TempDir Path directory) throws Exception {
    for (Versioning versioning : Versioning.values()) {
      try (var meta =
          RocksMetaStore.open(
              directory.resolve(versioning.name()), MetaSettings.DEFAULTS, IndexRows.CONTENTS)) {
        check(Index.on(meta, new MemoryBlobs(), Index.settings(5)), versioning);
      }
    }
  }

  /// Two processes on the same rows share no locks: the guards alone must do.
  @Test
  void conditional_writes_are_linearizable_across_nodes() throws Exception {
    InstantSource clock = InstantSource.system();
    for (int round = 0; round < 10; round++) {
      for (Versioning versioning : Versioning.values()) {
        var meta = new MemoryMetaStore();
        var blobs = new MemoryBlobs();
        List<Index> nodes = new ArrayList<>();
        for (int node = 1; node <= 4; node++) {
          nodes.add(
              Index.on(
                  new IndexBackends(meta, blobs, new Tokens(clock, node), clock, node),
                  Index.settings(5)));
        }
        check(nodes, versioning);
      }
    }
  }

  private static void check(Index index, Versioning versioning) throws Exception {
    check(List.of(index), versioning);
  }

  private static void check(List<Index> nodes, Versioning versioning) throws Exception {
    Index index = nodes.getFirst();
    long seed = Long.getLong("tarn.seed", System.nanoTime() & 0xFFFFFFL);
    System.out.println("tarn.seed=" + seed);
    Bucket created = index.buckets().create(new CreateBucket(new BucketName("bucket"), OWNER, ""));
    Bucket bucket =
        versioning == Versioning.OFF ? created : index.buckets().setVersioning(created, versioning);
    List<List<Histories.Event<Did>>> histories = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) histories.add(new ArrayList<>());
    var clock = new AtomicLong();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        var random = new SplittableRandom(seed + thread);
        String name = "t" + thread;
        Index node = nodes.get(thread % nodes.size());
        running.add(
            threads.submit(() -> new Client(node, bucket, name, random).run(histories, clock)));
      }
      for (Future<?> each : running) each.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
    for (List<Histories.Event<Did>> history : histories) {
      assertThat(Histories.linearizable(history, NOTHING, ConcurrencyTest::step))
          .as("seed %d %s %s", seed, versioning, history)
          .isTrue();
    }
  }

  private record Client(Index index, Bucket bucket, String name, SplittableRandom random) {
    void run(List<List<Histories.Event<Did>>> histories, AtomicLong clock) {
      for (int i = 0; i < 12; i++) {
        int number = random.nextInt(KEYS);
        var key = new Key("key" + number);
        long called = clock.incrementAndGet();
        Did did = act(key, i);
        if (did == null) continue; // overtaken too often: nothing happened
        var event = new Histories.Event<>(called, clock.incrementAndGet(), did);
        synchronized (histories) {
          histories.get(number).add(event);
        }
      }
    }

    private @org.jspecify.annotations.Nullable Did act(Key key, int i) {
      String value = name + "-" + i;
      try {
        return switch (random.nextInt(6)) {
          case 0 -> new Did.Write(null, value, write(key, value, Conditions.NONE));
          case 1 -> new Did.Write(NOTHING, value, write(key, value, ifAbsent()));
          case 2 -> {
            String seen = read(key);
            if (seen.isEmpty()) yield new Did.Read(seen);
            yield new Did.Write(seen, value, write(key, value, ifMatch(seen)));
          }
          case 3 -> {
            String seen = read(key);
            if (seen.isEmpty()) yield new Did.Read(seen);
            yield new Did.Remove(seen, remove(key, ifMatch(seen)));
          }
          case 4 -> new Did.Remove(null, remove(key, Conditions.NONE));
          default -> new Did.Read(read(key));
        };
      } catch (StoreFailure.Conflict e) {
        return null;
      }
    }

    private static Conditions ifAbsent() {
      return new Conditions(ETags.UNSAID, ETags.ANY, null, null);
    }

    private static Conditions ifMatch(String value) {
      var body = Bodies.of(value);
      while (body.next() != null) {}
      ETag etag = body.digests().etag();
      return new Conditions(new ETags(false, List.of(etag)), ETags.UNSAID, null, null);
    }

    private boolean write(Key key, String value, Conditions conditions) {
      try {
        index
            .store()
            .put(
                new Put(bucket, key, OWNER, Metadata.NONE, Tags.NONE, conditions),
                Bodies.of(value));
        return true;
      } catch (StoreFailure.ConditionFailed | StoreFailure.NoSuchKey e) {
        return false;
      }
    }

    private boolean remove(Key key, Conditions conditions) {
      try {
        var _ = index.store().delete(new Delete(bucket, key, OWNER, Version.LATEST, conditions));
        return true;
      } catch (StoreFailure.ConditionFailed | StoreFailure.NoSuchKey e) {
        return false;
      }
    }

    private String read(Key key) {
      try {
        byte[] bytes = Bodies.drain(index.store().open(new Read(bucket, key)));
        return new String(bytes, StandardCharsets.UTF_8);
      } catch (StoreFailure.NoSuchKey | StoreFailure.DeleteMarkerMet e) {
        return NOTHING;
      }
    }
  }
}
