package io.tarn.testkit;

class MemoryStoreListingTest extends ListingContract {
  @Override
  protected BucketsContract.Both both() {
    var store = new MemoryStore();
    return new BucketsContract.Both(store, store);
  }
}
