package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.UploadsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class OnDiskUploadsTest extends UploadsContract {
  @TempDir Path directory = Path.of("");
  private final DiskIndex disk = new DiskIndex();

  @Override
  protected BucketsContract.Both both(long smallestPart) {
    return disk.open(directory, Index.settings(smallestPart)).both();
  }

  @AfterEach
  void shut() {
    disk.close();
  }
}
