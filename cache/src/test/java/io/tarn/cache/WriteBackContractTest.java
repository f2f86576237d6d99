package io.tarn.cache;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.Claim;
import io.tarn.testkit.ListingContract;
import io.tarn.testkit.ObjectStoreContract;
import io.tarn.testkit.PermitContract;
import io.tarn.testkit.Profile;
import io.tarn.testkit.UploadsContract;
import io.tarn.testkit.VersionsContract;
import io.tarn.testkit.WantedContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// Write-back before the near-cache before the model is a store like every other, both while
/// uploads go on and where nothing of what is queued reaches the origin.
class WriteBackContractTest {
  private static final Profile PROFILE =
      Profile.COMPLETE
          .without(Claim.WRITTEN_FACTS, "an object has the time of its upload once it is there")
          .without(Claim.LISTED_FACTS, "its upload can come between a listing and a head");

  private static BucketsContract.Both both(BackWorld world) {
    return new BucketsContract.Both(world.linking(), world.silent());
  }

  @Nested
  class Objects extends ObjectStoreContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private BackWorld world;

    @Override
    protected Profile profile() {
      return PROFILE;
    }

    @Override
    protected BucketsContract.Both both(long smallest) {
      world = new BackWorld(directory, BackWorld.settings());
      return WriteBackContractTest.both(world);
    }

    @AfterEach
    void close() {
      world.close();
    }
  }

  @Nested
  class Uploads extends UploadsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private BackWorld world;

    @Override
    protected Profile profile() {
      return PROFILE;
    }

    @Override
    protected BucketsContract.Both both(long smallest) {
      world = new BackWorld(directory, BackWorld.settings());
      return WriteBackContractTest.both(world);
    }

    @AfterEach
    void close() {
      world.close();
    }
  }

  @Nested
  class Versions extends VersionsContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private BackWorld world;

    @Override
    protected Profile profile() {
      return PROFILE;
    }

    @Override
    protected BucketsContract.Both both() {
      world = new BackWorld(directory, BackWorld.settings());
      return WriteBackContractTest.both(world);
    }

    @AfterEach
    void close() {
      world.close();
    }
  }

  @Nested
  class Listing extends ListingContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private BackWorld world;

    @Override
    protected Profile profile() {
      return PROFILE;
    }

    @Override
    protected BucketsContract.Both both() {
      world = new BackWorld(directory, BackWorld.settings());
      return WriteBackContractTest.both(world);
    }

    @AfterEach
    void close() {
      world.close();
    }
  }

  @Nested
  class Wanted extends WantedContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private BackWorld world;

    @Override
    protected Profile profile() {
      return PROFILE;
    }

    @Override
    protected BucketsContract.Both both() {
      world = new BackWorld(directory, BackWorld.settings());
      return WriteBackContractTest.both(world);
    }

    @AfterEach
    void close() {
      world.close();
    }
  }

  @Nested
  class Permits extends PermitContract {
    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // with each store
    private BackWorld world;

    @Override
    protected Profile profile() {
      return PROFILE;
    }

    @Override
    protected BucketsContract.Both both() {
      world = new BackWorld(directory, BackWorld.settings());
      return WriteBackContractTest.both(world);
    }

    @AfterEach
    void close() {
      world.close();
    }
  }
}
