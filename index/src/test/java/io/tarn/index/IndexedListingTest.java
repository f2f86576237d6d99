package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.ListingContract;

class IndexedListingTest extends ListingContract {
  @Override
  protected BucketsContract.Both both() {
    return Index.inMemory().both();
  }
}
