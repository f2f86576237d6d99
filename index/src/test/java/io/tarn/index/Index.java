package io.tarn.index;

import io.tarn.catalog.BucketRegistry;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaStore;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.settings.DataSize;
import io.tarn.store.Blobs;
import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.MemoryBlobs;
import java.time.Duration;
import java.time.InstantSource;

/// An index for tests, and what it stands on.
record Index(IndexBackends backends, TokenLease lease, BucketRegistry buckets, IndexedStore store) {
  /// Over the shortest pages: what scans must be right over those.
  static Index inMemory() {
    return inMemory(settings(5));
  }

  static Index inMemory(IndexSettings settings) {
    return on(new ShortPages(new MemoryMetaStore()), new MemoryBlobs(), settings);
  }

  static Index on(MetaStore meta, Blobs blobs, IndexSettings settings) {
    InstantSource clock = InstantSource.system();
    return on(new IndexBackends(meta, blobs, new Tokens(clock, 1), clock, 1), settings);
  }

  static Index on(IndexBackends backends, IndexSettings settings) {
    var lease = TokenLease.take(backends);
    var memory = new BucketRegistry.Memory(100, Duration.ofMinutes(1), backends.ticker()::nanos);
    var buckets =
        new BucketRegistry(
            backends.meta(), backends.tokens(), new IndexedContents(backends), "here", memory);
    var store = new IndexedStore(backends, lease, buckets, settings);
    return new Index(backends, lease, buckets, store);
  }

  /// The same rows and blobs after a restart.
  Index restarted(IndexSettings settings) {
    return on(backends, settings);
  }

  static IndexSettings settings(long smallestPart) {
    return settings(smallestPart, Duration.ofSeconds(30));
  }

  static IndexSettings settings(long smallestPart, Duration grace) {
    return new IndexSettings(
        DataSize.ofKibibytes(64),
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(8),
        Duration.ofSeconds(5),
        5,
        DataSize.ofBytes(smallestPart),
        new ReaperSettings(
            grace,
            Duration.ofMillis(10),
            1000,
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ZERO));
  }

  BucketsContract.Both both() {
    return new BucketsContract.Both(buckets, store);
  }
}
