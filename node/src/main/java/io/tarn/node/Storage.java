package io.tarn.node;

import io.tarn.catalog.Catalog;
import io.tarn.console.LocalAccess;
import io.tarn.index.IndexSettings;
import io.tarn.index.IndexedStore;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.store.Blobs;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Where a node keeps what it must not forget: the metadata, its secrets, the bytes of its own
/// objects. The one choice between a node on disks, one that keeps it at an origin, and one that
/// keeps nothing; all else is wired alike.
sealed interface Storage extends AutoCloseable permits DiskStorage, MemoryStorage, OriginStorage {
  /// Takes up what is there, or begins it. Fails with [io.tarn.store.StoreFailure] or
  /// [java.io.UncheckedIOException].
  static Storage open(
      TarnConfig config, Clocks clocks, NodeMembership membership, OriginAccess access) {
    if (config.ephemeral()) return new MemoryStorage(config);
    return config.stateless().isEmpty()
        ? DiskStorage.open(config, clocks, membership)
        : new OriginStorage(config, clocks, access);
  }

  MetaStore meta();

  Blobs blobs();

  /// Whether there can be buckets whose objects are here.
  default boolean hasOwnBuckets() {
    return true;
  }

  /// What tells this node from others over the same metadata, 0 to 1,023.
  int number();

  /// Who the node is, and the secret of its continuation tokens.
  Identity identity();

  record Identity(String node, byte[] tokenSecret) {}

  /// How own objects are kept here.
  IndexSettings index();

  Catalog catalog(Tokens tokens, LongSupplier nanos);

  /// The directory of the metadata; null where there is none.
  @Nullable Path directory();

  /// Who looks after it while the node runs. `certificate` reads that of the listeners again.
  Care care(IndexedStore objects, BooleanSupplier certificate);

  /// Lets the command line of the same user in, where that can be done.
  void admit(LocalAccess access);

  void dismiss(LocalAccess access);

  /// One line of the banner.
  String shown();

  /// Closes the metadata store and all else.
  @Override
  void close();
}
