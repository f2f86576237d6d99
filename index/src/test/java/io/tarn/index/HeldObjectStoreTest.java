package io.tarn.index;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.ShortPages;
import io.tarn.store.BlobId;
import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.MemoryHolders;
import io.tarn.testkit.MemoryHolders.Failing;
import io.tarn.testkit.ObjectStoreContract;
import java.util.List;

/// Over bytes of which each blob has three holders, and one of them fails: each time another, in
/// another way.
class HeldObjectStoreTest extends ObjectStoreContract {
  private static final List<Failing> WAYS = List.of(Failing.values());

  @Override
  protected BucketsContract.Both both(long smallestPart) {
    var blobs = new MemoryHolders(HeldObjectStoreTest::failing);
    var rows = new ShortPages(new MemoryMetaStore());
    return Index.on(rows, blobs, Index.settings(smallestPart)).both();
  }

  private static Failing failing(int holder, BlobId blob) {
    int number = Math.floorMod(Long.hashCode(blob.lower() * 0x9E3779B97F4A7C15L), 15);
    return holder == number % 3 ? WAYS.get(number / 3) : Failing.NOT;
  }
}
