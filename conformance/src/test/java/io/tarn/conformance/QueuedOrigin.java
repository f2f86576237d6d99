package io.tarn.conformance;

import io.tarn.cache.BackMetrics;
import io.tarn.cache.BackSettings;
import io.tarn.cache.CachePolicy;
import io.tarn.cache.CacheSettings;
import io.tarn.cache.QueueStatus;
import io.tarn.cache.WriteBack;
import io.tarn.cache.WriteQueue;
import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.Settings;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Content;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Home;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// A queue of writes in a directory, before an origin that does nothing but remember the state of
/// each key, and tells of each change. A state is a number, which is what a body begins with; 0 is
/// that nothing is there.
final class QueuedOrigin implements AutoCloseable {
  private static final String ORIGIN = "far";

  /// Small, so that files of the log end and are given up.
  private static final long SEGMENT_BYTES = 96 << 10;

  private static final BackSettings SETTINGS =
      Settings.defaultsBut(
          BackSettings.class, "reserve=0", "settle=1ms", "retry=10ms", "uploads=3");
  private static final CachePolicy POLICY =
      new CachePolicy(
          CachePolicy.Freshness.EXCLUSIVE,
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ZERO,
          CachePolicy.WriteMode.BACK);
  private static final Bucket BUCKET =
      new Bucket(
          new BucketName("queued"),
          7,
          1,
          new TenantId("anna"),
          "",
          Instant.EPOCH,
          Versioning.OFF,
          new Home.Linked(ORIGIN, "there", "", Capability.ALL));

  private final Map<String, Integer> there;
  private final BiConsumer<String, Integer> told;
  private final WriteQueue queue;
  private final WriteBack store;
  private volatile boolean open;

  /// - `there`: what the origin has
  /// - `told`: told of each change of it
  QueuedOrigin(Path directory, Map<String, Integer> there, BiConsumer<String, Integer> told)
      throws IOException {
    this.there = new ConcurrentHashMap<>(there);
    this.told = told;
    queue =
        WriteQueue.open(
            directory,
            SETTINGS,
            CacheSettings.DEFAULTS.calls(),
            InstantSource.system(),
            SEGMENT_BYTES);
    var metrics = new BackMetrics(new Metrics(new MetricsSettings(200, 5000, false)), queue);
    store = new WriteBack(ORIGIN, origin(), queue, _ -> POLICY, metrics);
  }

  private ObjectStore origin() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              if (!open) throw new StoreFailure.OriginUnreachable(ORIGIN, new IOException("away"));
              return switch (arguments[0]) {
                case Put put -> put(put, (Incoming) arguments[1]);
                case Delete delete -> delete(delete);
                default -> throw new IllegalStateException("nobody asks for " + method);
              };
            });
  }

  private Written put(Put put, Incoming body) {
    var bytes = new ByteArrayOutputStream();
    for (ByteBuffer some = body.next(); some != null; some = body.next()) {
      byte[] copy = new byte[some.remaining()];
      some.duplicate().get(copy);
      bytes.writeBytes(copy);
    }
    change(put.key(), state(bytes.toByteArray()));
    var content =
        new Content(bytes.size(), body.digests().etag(), Instant.EPOCH, body.digests().checksum());
    return new Written(put.key(), Version.NULL, content);
  }

  private Deleted delete(Delete delete) {
    change(delete.key(), 0);
    return new Deleted(Version.NULL, false);
  }

  private synchronized void change(Key key, int state) {
    there.put(key.text(), state);
    told.accept(key.text(), state);
  }

  private static String body(int state, int length) {
    return "%d:%d:".formatted(state, length) + Integer.toString(state).repeat(length);
  }

  private static int state(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.US_ASCII);
    String[] head = text.split(":", 3);
    int state = Integer.parseInt(head[0]);
    if (text.equals(body(state, Integer.parseInt(head[1])))) return state;
    throw new IllegalStateException("this was never written: " + head[0]);
  }

  /// Has a body queued, or a deletion where `length` is negative; acknowledged when it returns.
  void write(String key, int state, int length) {
    if (length < 0) {
      store.delete(new Delete(BUCKET, new Key(key)));
    } else {
      store.put(new Put(BUCKET, new Key(key)), Bodies.of(body(state, length)));
    }
  }

  /// The state of a key that a client sees.
  int state(String key) {
    QueueStatus.Newest queued = queue.status(BUCKET, new Key(key)).orElse(null);
    if (queued == null) return there.getOrDefault(key, 0);
    if (queued.isDelete()) return 0;
    return state(Bodies.drain(store.open(new Read(BUCKET, new Key(key)))));
  }

  int atOrigin(String key) {
    return there.getOrDefault(key, 0);
  }

  /// The origin takes writes from now on, or does not.
  void letThrough(boolean through) {
    open = through;
    if (through) store.hurry();
  }

  /// Waits until the origin has everything. Returns how many writes it has not.
  long sync() {
    return queue.sync(BUCKET, 0, Duration.ofSeconds(20)).writes();
  }

  @Override
  public void close() {
    store.close();
    queue.close();
  }
}
