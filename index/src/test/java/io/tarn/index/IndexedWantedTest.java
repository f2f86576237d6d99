package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.WantedContract;

class IndexedWantedTest extends WantedContract {
  @Override
  protected BucketsContract.Both both() {
    return Index.inMemory(Index.settings(5)).both();
  }
}
