package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.PermitContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class OnDiskPermitTest extends PermitContract {
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
