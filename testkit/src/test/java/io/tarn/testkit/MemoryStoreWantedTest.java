package io.tarn.testkit;

import java.time.InstantSource;

class MemoryStoreWantedTest extends WantedContract {
  @Override
  protected BucketsContract.Both both() {
    var store = new MemoryStore(InstantSource.system(), 5);
    return new BucketsContract.Both(store, store);
  }
}
