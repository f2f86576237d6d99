package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.WantedContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class OnDiskWantedTest extends WantedContract {
  @TempDir Path directory = Path.of("");
  private final DiskIndex disk = new DiskIndex();

  @Override
  protected BucketsContract.Both both() {
    return disk.open(directory, Index.settings(5)).both();
  }

  @AfterEach
  void shut() {
    disk.close();
  }
}
