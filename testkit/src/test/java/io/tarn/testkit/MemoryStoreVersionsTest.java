package io.tarn.testkit;

class MemoryStoreVersionsTest extends VersionsContract {
  @Override
  protected BucketsContract.Both both() {
    var store = new MemoryStore();
    return new BucketsContract.Both(store, store);
  }
}
