package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.ObjectStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class OnDiskObjectStoreTest extends ObjectStoreContract {
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
