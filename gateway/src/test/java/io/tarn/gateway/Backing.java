package io.tarn.gateway;

import io.tarn.catalog.BucketRegistry;
import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import io.tarn.disk.Volumes;
import io.tarn.index.IndexBackends;
import io.tarn.index.IndexSettings;
import io.tarn.index.IndexedContents;
import io.tarn.index.IndexedStore;
import io.tarn.index.TokenLease;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.Tokens;
import io.tarn.store.Capability;
import io.tarn.store.ObjectStore;
import io.tarn.testkit.MemoryStore;
import io.tarn.upstream.S3Origin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The buckets and objects that a gateway under test serves, and how they are closed.
record Backing(Stores stores, Runnable closing) implements AutoCloseable {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");

  static Backing of(Stores stores) {
    return new Backing(stores, () -> {});
  }

  /// Own buckets in a directory, with rows in memory.
  static Backing indexed(Path directory) {
    var clock = InstantSource.system();
    var blobs =
        new Volumes(List.of(Volume.open(directory, NODE, DiskSettings.DEFAULTS)), new Random(1));
    var backends = new IndexBackends(new MemoryMetaStore(), blobs, new Tokens(clock, 0), clock, 0);
    var memory = new BucketRegistry.Memory(10_000, Duration.ofMinutes(1), System::nanoTime);
    var lease = TokenLease.take(backends);
    var buckets =
        new BucketRegistry(
            backends.meta(),
            backends.tokens(),
            new IndexedContents(backends),
            TestServer.REGION,
            memory);
    var objects = new IndexedStore(backends, lease, buckets, IndexSettings.DEFAULTS);
    return new Backing(new Stores(buckets, objects), blobs::close);
  }

  static Backing memory(long smallestPart) {
    var model = new MemoryStore(InstantSource.system(), smallestPart, TestServer.REGION);
    return of(new Stores(model, model));
  }

  /// Buckets that are linked to those of another gateway, over own buckets.
  static Backing origin(Path directory) {
    return origin(indexed(directory), "deep/down/", FarBuckets.CAPABILITIES);
  }

  /// The same over any, below a prefix; the buckets can what is said.
  static Backing origin(Backing far, String prefix, Set<Capability> capabilities) {
    var server = new TestServer(far.stores);
    S3Origin origin = FarBuckets.origin(server);
    var buckets = new FarBuckets(new MemoryStore(), far.stores.buckets(), prefix, capabilities);
    return new Backing(
        new Stores(buckets, origin),
        () -> {
          origin.close();
          server.close();
          far.close();
        });
  }

  Backing around(UnaryOperator<ObjectStore> around) {
    return new Backing(new Stores(stores.buckets(), around.apply(stores.objects())), closing);
  }

  @Override
  public void close() {
    closing.run();
  }
}
