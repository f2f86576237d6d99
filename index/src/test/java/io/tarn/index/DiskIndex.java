package io.tarn.index;

import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.RocksMetaStore;
import io.tarn.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An index as it is in earnest: RocksDB and a volume.
final class DiskIndex implements AutoCloseable {
  private @Nullable MetaStore meta;
  private @Nullable Volume volume;

  Index open(Path directory, IndexSettings settings) {
    try {
      Path blobs = Files.createDirectories(directory.resolve("volume"));
      meta =
          RocksMetaStore.open(directory.resolve("meta"), MetaSettings.DEFAULTS, IndexRows.CONTENTS);
      volume =
          Volume.open(
              blobs,
              new Volume.Claim("00000000-0000-0000-0000-000000000001"),
              Settings.defaultsBut(DiskSettings.class, "reserve=0"));
      return Index.on(meta, volume, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (volume != null) volume.close();
    if (meta != null) meta.close();
  }
}
