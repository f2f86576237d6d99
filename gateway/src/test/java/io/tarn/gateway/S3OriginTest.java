package io.tarn.gateway;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.ListingContract;
import io.tarn.testkit.ObjectStoreContract;
import io.tarn.testkit.PermitContract;
import io.tarn.testkit.Profile;
import io.tarn.testkit.UploadsContract;
import io.tarn.testkit.VersionsContract;
import io.tarn.testkit.WantedContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/// A store that speaks S3 to another server keeps the promises of every store, but for what S3 does
/// not say. The other server is this gateway over the in-memory model, by HTTP.
@Tag(StoreUnderTest.ONCE)
class S3OriginTest {
  private static final long SMALLEST_PART = 5;

  private final List<Backing> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Backing::close);
  }

  private BucketsContract.Both both(long smallestPart, String prefix) {
    Backing backing = Backing.origin(Backing.memory(smallestPart), prefix, FarBuckets.CAPABILITIES);
    opened.add(backing);
    return new BucketsContract.Both(backing.stores().buckets(), backing.stores().objects());
  }

  @Nested
  class Objects extends ObjectStoreContract {
    @Override
    protected BucketsContract.Both both(long smallestPart) {
      return S3OriginTest.this.both(smallestPart, "");
    }

    @Override
    protected Profile profile() {
      return FarBuckets.PROFILE;
    }
  }

  @Nested
  class Parts extends UploadsContract {
    @Override
    protected BucketsContract.Both both(long smallestPart) {
      return S3OriginTest.this.both(smallestPart, "deep/down/");
    }

    @Override
    protected Profile profile() {
      return FarBuckets.PROFILE;
    }
  }

  @Nested
  class Versions extends VersionsContract {
    @Override
    protected BucketsContract.Both both() {
      return S3OriginTest.this.both(SMALLEST_PART, "deep/down/");
    }

    @Override
    protected Profile profile() {
      return FarBuckets.PROFILE;
    }
  }

  @Nested
  class Lists extends ListingContract {
    @Override
    protected BucketsContract.Both both() {
      return S3OriginTest.this.both(SMALLEST_PART, "deep/down/");
    }

    @Override
    protected Profile profile() {
      return FarBuckets.PROFILE;
    }
  }

  @Nested
  class Wants extends WantedContract {
    @Override
    protected BucketsContract.Both both() {
      return S3OriginTest.this.both(SMALLEST_PART, "deep/down/");
    }

    @Override
    protected Profile profile() {
      return FarBuckets.PROFILE;
    }
  }

  @Nested
  class Permits extends PermitContract {
    @Override
    protected BucketsContract.Both both() {
      return S3OriginTest.this.both(SMALLEST_PART, "deep/down/");
    }

    @Override
    protected Profile profile() {
      return FarBuckets.PROFILE;
    }
  }
}
