package io.tarn.conformance;

import io.tarn.catalog.BucketRegistry;
import io.tarn.catalog.Catalog;
import io.tarn.catalog.CatalogSettings;
import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import io.tarn.index.IndexBackends;
import io.tarn.index.IndexRows;
import io.tarn.index.IndexSettings;
import io.tarn.index.IndexedContents;
import io.tarn.index.IndexedStore;
import io.tarn.index.ReaperSettings;
import io.tarn.index.TokenLease;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.RocksMetaStore;
import io.tarn.meta.Tokens;
import io.tarn.settings.DataSize;
import io.tarn.settings.Secret;
import io.tarn.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// A store as a node has it, without the network: rows in RocksDB and blobs in a volume.
record OpenIndex(
    RocksMetaStore meta,
    Volume volume,
    BucketRegistry buckets,
    IndexedStore objects,
    Catalog catalog)
    implements AutoCloseable {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");
  static final long SMALLEST_PART = 1;

  static OpenIndex open(Path directory, boolean syncDirectories) {
    var disk =
        Settings.defaultsBut(
            DiskSettings.class, "reserve=0", "sync-directories=" + syncDirectories);
    Volume volume = Volume.open(directory.resolve("volume"), NODE, disk);
    RocksMetaStore meta =
        RocksMetaStore.open(directory.resolve("meta"), withoutBallast(), IndexRows.CONTENTS);
    InstantSource clock = InstantSource.system();
    var tokens = new Tokens(clock, 0);
    var backends = new IndexBackends(meta, volume, tokens, clock, 0);
    var lease = TokenLease.take(backends);
    var memory = new BucketRegistry.Memory(100, Duration.ofMinutes(1), System::nanoTime);
    var buckets = new BucketRegistry(meta, tokens, new IndexedContents(backends), "here", memory);
    var objects = new IndexedStore(backends, lease, buckets, settings());
    return new OpenIndex(meta, volume, buckets, objects, catalog(meta, tokens));
  }

  /// Users and keys over a store, sealed by a key that lies in no file.
  static Catalog catalog(MetaStore meta, Tokens tokens) {
    var settings =
        new CatalogSettings(
            "",
            Secret.NONE,
            Secret.of("5a".repeat(32)),
            null,
            100,
            Duration.ofMinutes(1),
            Duration.ofSeconds(1));
    return Catalog.open(meta, tokens, settings, Path.of("nowhere"));
  }

  private static MetaSettings withoutBallast() {
    MetaSettings usual = MetaSettings.DEFAULTS;
    return new MetaSettings(
        usual.cache(),
        usual.memtable(),
        usual.memtables(),
        usual.log(),
        usual.blobs(),
        DataSize.ofBytes(0),
        usual.reads(),
        usual.commits());
  }

  private static IndexSettings settings() {
    IndexSettings usual = IndexSettings.DEFAULTS;
    return new IndexSettings(
        usual.inlineLimit(),
        usual.inlineCache(),
        usual.bodyMemory(),
        usual.bodyPatience(),
        usual.retries(),
        DataSize.ofBytes(SMALLEST_PART),
        new ReaperSettings(
            Duration.ZERO,
            Duration.ofMillis(1),
            1000,
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ZERO));
  }

  /// What a start does about what an earlier process left, to its end.
  void tidy() {
    objects.reaper().start();
    while (objects.reaper().round() > 0) {}
  }

  @Override
  public void close() {
    objects.reaper().close();
    catalog.close();
    meta.close();
    volume.close();
  }
}
