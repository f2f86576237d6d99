package io.tarn.index;

import io.tarn.memory.MemoryVolume;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.testkit.BucketsContract.Both;
import io.tarn.testkit.ListingContract;
import io.tarn.testkit.ObjectStoreContract;
import io.tarn.testkit.PermitContract;
import io.tarn.testkit.UploadsContract;
import io.tarn.testkit.VersionsContract;
import io.tarn.testkit.WantedContract;
import org.junit.jupiter.api.Nested;

/// The contract over what a server that keeps nothing stands on.
class InMemoryTest {
  private static Both both(IndexSettings settings) {
    var volume = new MemoryVolume(256 << 20);
    return Index.on(MemoryMetaStore.bounded(64 << 20), volume, settings).both();
  }

  @Nested
  class Objects extends ObjectStoreContract {
    @Override
    protected Both both(long smallestPart) {
      return InMemoryTest.both(Index.settings(smallestPart));
    }
  }

  @Nested
  class Listings extends ListingContract {
    @Override
    protected Both both() {
      return InMemoryTest.both(Index.settings(5));
    }
  }

  @Nested
  class Permits extends PermitContract {
    @Override
    protected Both both() {
      return InMemoryTest.both(Index.settings(5));
    }
  }

  @Nested
  class MultipartUploads extends UploadsContract {
    @Override
    protected Both both(long smallestPart) {
      return InMemoryTest.both(Index.settings(smallestPart));
    }
  }

  @Nested
  class ObjectVersions extends VersionsContract {
    @Override
    protected Both both() {
      return InMemoryTest.both(Index.settings(5));
    }
  }

  @Nested
  class WantedBytes extends WantedContract {
    @Override
    protected Both both() {
      return InMemoryTest.both(Index.settings(5));
    }
  }
}
