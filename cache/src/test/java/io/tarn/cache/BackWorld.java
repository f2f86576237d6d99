package io.tarn.cache;

import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.DataSize;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.Copied;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.DurabilityLevel;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A write-back store before a near-cache before the model, whose uploads can be held up, refused,
/// and made to lose their replies. It can be opened anew on the same disk, as after a kill: nothing
/// of the store before it is closed but what would be closed by the end of a process.
final class BackWorld implements AutoCloseable {
  static final String ORIGIN = "far";

  final MemoryStore model = new MemoryStore(InstantSource.system(), 5);
  final List<String> calls = new CopyOnWriteArrayList<>();

  /// What the origin fails with before it does what is asked of it; null for nothing.
  volatile BiFunction<String, String, @Nullable StoreFailure> before = (_, _) -> null;

  /// And after it has done it: the reply is lost.
  volatile BiFunction<String, String, @Nullable StoreFailure> after = (_, _) -> null;

  private final Path directory;
  private final BackSettings settings;
  private final CacheCalls limits;
  private int life;

  @SuppressWarnings("NullAway.Init") // by open
  WriteQueue queue;

  @SuppressWarnings("NullAway.Init") // by open
  WriteBack store;

  @SuppressWarnings("NullAway.Init") // by open
  private BlockStore blocks;

  @SuppressWarnings("NullAway.Init") // by open
  Metrics metrics;

  BackWorld(Path directory, BackSettings settings) {
    this(directory, settings, CacheSettings.DEFAULTS.calls());
  }

  /// - `limits`: of calls to the disk of the queue
  BackWorld(Path directory, BackSettings settings, CacheCalls limits) {
    this.directory = directory;
    this.settings = settings;
    this.limits = limits;
    open(CachePolicy.WriteMode.BACK);
  }

  static BackSettings settings() {
    return settings(64 << 20, 10_000);
  }

  static BackSettings settings(long size, int entries) {
    return new BackSettings(
        null,
        DataSize.ofBytes(size),
        entries,
        DataSize.ofBytes(0),
        DataSize.ofMebibytes(1),
        4,
        DataSize.ofMebibytes(10),
        DataSize.ofMebibytes(5),
        Duration.ofMillis(50),
        Duration.ofMillis(200),
        Duration.ofMillis(300),
        Duration.ofSeconds(5),
        Duration.ofMinutes(15));
  }

  void open(CachePolicy.WriteMode writes) {
    try {
      queue =
          WriteQueue.open(
              directory.resolve("back"), settings, limits, InstantSource.system(), 256 << 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    blocks =
        CacheWorld.blocks(directory.resolve("cache" + life++), 16 << 20, InstantSource.system());
    var policy =
        new CachePolicy(
            CachePolicy.Freshness.EXCLUSIVE,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ZERO,
            writes);
    var cache =
        new NearCache(
            origin(), blocks, _ -> policy, CacheWorld.metrics(blocks), InstantSource.system());
    metrics = new Metrics(new MetricsSettings(200, 5000, false));
    store = new WriteBack(ORIGIN, cache, queue, _ -> policy, new BackMetrics(metrics, queue));
  }

  /// Ends the life of this store and begins the next on the same disk.
  void reopen() {
    reopen(CachePolicy.WriteMode.BACK);
  }

  void reopen(CachePolicy.WriteMode writes) {
    end();
    open(writes);
  }

  private void end() {
    queue.close(); // first: what is underway can record nothing any more, as after a kill
    store.close();
    blocks.close();
  }

  private ObjectStore origin() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              String about = about(arguments[0]);
              calls.add(method.getName() + " " + about);
              StoreFailure refusal = before.apply(method.getName(), about);
              if (refusal != null) throw refusal;
              try {
                Object answer = method.invoke(model, arguments);
                StoreFailure lost = after.apply(method.getName(), about);
                if (lost != null) throw lost;
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static String about(Object request) {
    return switch (request) {
      case Put put -> put.key().text();
      case Delete delete -> delete.key().text();
      case Read read -> read.key().text();
      default -> "";
    };
  }

  long count(String call) {
    return calls.stream().filter(call::equals).count();
  }

  /// Nothing that is written reaches the origin until [#letThrough].
  void holdUp() {
    before =
        (what, _) ->
            isRead(what)
                ? null
                : new StoreFailure.OriginUnreachable(ORIGIN, new IOException("held up"));
  }

  static boolean isRead(String what) {
    return List.of("head", "open", "measure", "list", "versions", "parts", "uploads")
        .contains(what);
  }

  void letThrough() {
    before = (_, _) -> null;
    store.hurry();
  }

  Bucket bucket() {
    return linking().create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));
  }

  /// The model's buckets, but that new ones are linked.
  Buckets linking() {
    return (Buckets)
        Proxy.newProxyInstance(
            Buckets.class.getClassLoader(),
            new Class<?>[] {Buckets.class},
            (_, method, arguments) -> {
              Object[] given = arguments;
              if (arguments != null && arguments[0] instanceof CreateBucket create) {
                var home = new Home.Linked(ORIGIN, "there", "", Capability.ALL);
                given =
                    new Object[] {
                      new CreateBucket(
                          create.name(), create.owner(), create.region(), home, create.documents())
                    };
              }
              // The origin would keep what is queued from before as versions.
              if (method.getName().equals("setVersioning")) sync((Bucket) given[0]);
              try {
                return method.invoke(model, given);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /// The store as one that does not say how durable a write is, which is nothing that stores have
  /// in common.
  ObjectStore silent() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              try {
                return switch (method.invoke(store, arguments)) {
                  case Deleted deleted -> deleted.at(DurabilityLevel.UNSAID);
                  case Written written -> written.at(DurabilityLevel.UNSAID);
                  case Copied(var source, var written) ->
                      new Copied(source, written.at(DurabilityLevel.UNSAID));
                  case null -> null;
                  case Object other -> other;
                };
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  // What clients do.

  void put(Bucket bucket, String key, String text) {
    store.put(new Put(bucket, new Key(key)), Bodies.of(text));
  }

  void delete(Bucket bucket, String key) {
    store.delete(new Delete(bucket, new Key(key)));
  }

  String get(Bucket bucket, String key) {
    return get(store, bucket, key);
  }

  String atOrigin(Bucket bucket, String key) {
    return get(model, bucket, key);
  }

  /// What there is, or "nothing".
  private static String get(ObjectStore store, Bucket bucket, String key) {
    try {
      byte[] bytes = Bodies.drain(store.open(new Read(bucket, new Key(key))));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (StoreFailure.NoSuchKey e) {
      return "nothing";
    }
  }

  QueueStatus sync(Bucket bucket) {
    return queue.sync(bucket, 0, Duration.ofSeconds(20));
  }

  @Override
  public void close() {
    end();
  }
}
