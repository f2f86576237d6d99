package io.tarn.index;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.PermitContract;

class IndexedPermitTest extends PermitContract {
  @Override
  protected BucketsContract.Both both() {
    return Index.inMemory(Index.settings(5)).both();
  }
}
