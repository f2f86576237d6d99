package io.tarn.disk;

import io.tarn.store.Blobs;
import io.tarn.testkit.BlobsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// A volume keeps the promises of [Blobs].
class VolumeBlobsTest extends BlobsContract {
  @TempDir Path directory;

  @Override
  protected Blobs blobs() {
    var claim = new Volume.Claim("00000000-0000-0000-0000-000000000001");
    return Volume.open(directory, claim, DiskSettings.DEFAULTS);
  }
}
