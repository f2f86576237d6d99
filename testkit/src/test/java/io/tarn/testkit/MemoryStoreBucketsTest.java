package io.tarn.testkit;

class MemoryStoreBucketsTest extends BucketsContract {
  @Override
  protected Both both() {
    var store = new MemoryStore();
    return new Both(store, store);
  }
}
