package io.tarn.meta;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class RocksMetaStoreTest extends MetaStoreContract {
  @TempDir Path directory;

  @Override
  MetaStore open() {
    return RocksMetaStore.open(directory, MetaSettings.DEFAULTS);
  }
}
