package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.UploadsContract;

class IndexedUploadsTest extends UploadsContract {
  @Override
  protected BucketsContract.Both both(long smallestPart) {
    return Index.inMemory(Index.settings(smallestPart)).both();
  }
}
