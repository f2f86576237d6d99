package io.tarn.cache;

import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.ListingContract;
import io.tarn.testkit.MemoryStore;
import io.tarn.testkit.ObjectStoreContract;
import io.tarn.testkit.PermitContract;
import io.tarn.testkit.UploadsContract;
import io.tarn.testkit.VersionsContract;
import io.tarn.testkit.WantedContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// A near-cache before the model is a store like every other, where only it writes (`exclusive`),
/// and where each answer is asked for anew (`revalidate`).
class NearCacheContractTest {
  private static final int SMALLEST = 5;

  /// A cache of a test, and what is to be closed after it.
  private static final class Fresh {
    private final BlockStore blocks;
    private final BucketsContract.Both both;

    Fresh(Path directory, Freshness freshness, long smallest) {
      var origin = new MemoryStore(InstantSource.system(), smallest);
      blocks = CacheWorld.blocks(directory, 16 << 20, InstantSource.system());
      NearCache cache =
          CacheWorld.cache(origin, blocks, CacheWorld.policy(freshness), InstantSource.system());
      both = new BucketsContract.Both(origin, cache);
    }
  }

  @Nested
  class ExclusiveObjects extends ObjectStoreContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both(long smallest) {
      fresh = new Fresh(directory, Freshness.EXCLUSIVE, smallest);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class ExclusiveUploads extends UploadsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both(long smallest) {
      fresh = new Fresh(directory, Freshness.EXCLUSIVE, smallest);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class ExclusiveVersions extends VersionsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.EXCLUSIVE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class ExclusiveListing extends ListingContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.EXCLUSIVE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class ExclusiveWanted extends WantedContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.EXCLUSIVE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class ExclusivePermits extends PermitContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.EXCLUSIVE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class ExclusiveBuckets extends BucketsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.EXCLUSIVE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class RevalidateObjects extends ObjectStoreContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both(long smallest) {
      fresh = new Fresh(directory, Freshness.REVALIDATE, smallest);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class RevalidateUploads extends UploadsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both(long smallest) {
      fresh = new Fresh(directory, Freshness.REVALIDATE, smallest);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class RevalidateVersions extends VersionsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.REVALIDATE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class RevalidateListing extends ListingContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.REVALIDATE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class RevalidateWanted extends WantedContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.REVALIDATE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class RevalidatePermits extends PermitContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.REVALIDATE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }

  @Nested
  class RevalidateBuckets extends BucketsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private Fresh fresh;

    @Override
    protected BucketsContract.Both both() {
      fresh = new Fresh(directory, Freshness.REVALIDATE, SMALLEST);
      return fresh.both;
    }

    @AfterEach
    void close() {
      fresh.blocks.close();
    }
  }
}
