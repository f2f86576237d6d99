package io.tarn.node;

import io.tarn.index.IndexRows;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.RocksMetaStore;
import java.nio.file.Path;

/// This node among those that share its metadata.
///
/// - `number`: tells it apart from them: of two, no token and no pending blob is the same; 0 to
///   1,023
/// - `metadata`: how that store is opened
record NodeMembership(int number, Opener metadata) {
  /// The only one, with a store of its own.
  static final NodeMembership ALONE =
      new NodeMembership(
          0, (directory, settings) -> RocksMetaStore.open(directory, settings, IndexRows.CONTENTS));

  /// Opens what is kept in a directory of this node, or reached from it.
  interface Opener {
    MetaStore open(Path directory, MetaSettings settings);
  }
}
