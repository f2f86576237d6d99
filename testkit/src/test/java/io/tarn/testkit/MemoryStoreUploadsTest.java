package io.tarn.testkit;

import java.time.InstantSource;

class MemoryStoreUploadsTest extends UploadsContract {
  @Override
  protected BucketsContract.Both both(long smallestPart) {
    var store = new MemoryStore(InstantSource.system(), smallestPart);
    return new BucketsContract.Both(store, store);
  }
}
