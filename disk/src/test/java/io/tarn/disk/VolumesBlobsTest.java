package io.tarn.disk;

import io.tarn.store.Blobs;
import io.tarn.testkit.BlobsContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/// Several volumes keep the promises of [Blobs] together.
class VolumesBlobsTest extends BlobsContract {
  @TempDir Path directory;

  @Override
  protected Blobs blobs() {
    var claim = new Volume.Claim("00000000-0000-0000-0000-000000000001");
    List<Volume> volumes =
        Stream.of("one", "two", "three")
            .map(name -> Volume.open(directory.resolve(name), claim, DiskSettings.DEFAULTS))
            .toList();
    return new Volumes(volumes, new Random(1));
  }
}
