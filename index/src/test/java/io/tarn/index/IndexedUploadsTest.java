package io.tarn.index;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.MemoryBlobs;
import io.tarn.testkit.UploadsContract;

class IndexedUploadsTest extends UploadsContract {
  @Override
  protected BucketsContract.Both both(long smallestPart) {
    return Index.on(new MemoryMetaStore(), new MemoryBlobs(), Index.settings(smallestPart)).both();
  }
}
