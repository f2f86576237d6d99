package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.VersionsContract;

class IndexedVersionsTest extends VersionsContract {
  @Override
  protected BucketsContract.Both both() {
    return Index.inMemory().both();
  }
}
