package io.tarn.gateway;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.Claim;
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

/// A store that speaks S3 to another server keeps the promises of every store, but for what S3 does
/// not say. The other server is this gateway over the in-memory model, by HTTP.
class S3OriginTest {
  private static final Profile PROFILE =
      Profile.COMPLETE
          .without(Claim.OWNERS, "the owner at the origin is another account")
          .without(Claim.ACLS, "owners have no names at the origin")
          .without(Claim.PERMITS_IN_ONE_STEP, "tags are a request of their own")
          .without(Claim.PART_LISTS, "a part list is a request for each thousand")
          .without(Claim.WRITTEN_FACTS, "an answer to a write has no time")
          .without(Claim.LISTED_FACTS, "a page has no checksums, and a head whole seconds")
          .without(Claim.OBJECTS_WITHOUT_CHECKSUM, "S3 gives each object one")
          .without(Claim.REASONS_OF_REFUSALS, "S3 has one error for several")
          .without(Claim.UNKNOWN_LENGTHS, "S3 wants the length first")
          .without(Claim.ANY_CHARACTER, "names of metadata are names of headers");

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
      return PROFILE;
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
      return PROFILE;
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
      return PROFILE;
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
      return PROFILE;
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
      return PROFILE;
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
      return PROFILE;
    }
  }
}
