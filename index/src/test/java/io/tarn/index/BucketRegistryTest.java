package io.tarn.index;

import io.tarn.testkit.BucketsContract;

class BucketRegistryTest extends BucketsContract {
  @Override
  protected Both both() {
    return Index.inMemory().both();
  }
}
