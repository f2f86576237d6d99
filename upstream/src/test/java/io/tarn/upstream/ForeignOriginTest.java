package io.tarn.upstream;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.ListingContract;
import io.tarn.testkit.ObjectStoreContract;
import io.tarn.testkit.PermitContract;
import io.tarn.testkit.Profile;
import io.tarn.testkit.UploadsContract;
import io.tarn.testkit.WantedContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// A store that speaks S3 to a server of somebody else keeps the promises of every store, but for
/// what that server was found, or is known, not to do. `.ci/foreign` starts the servers.
@ParameterizedClass(name = "{0}")
@MethodSource("io.tarn.upstream.ForeignServer#all")
@EnabledIfSystemProperty(named = ForeignServer.PROPERTY, matches = ".+")
class ForeignOriginTest {
  @Parameter
  @SuppressWarnings("NullAway.Init") // before each test
  ForeignServer server;

  @Nested
  class Objects extends ObjectStoreContract {
    @Override
    protected BucketsContract.Both both(long smallestPart) {
      return server.both();
    }

    @Override
    protected Profile profile() {
      return server.profile();
    }
  }

  @Nested
  class Parts extends UploadsContract {
    @Override
    protected BucketsContract.Both both(long smallestPart) {
      return server.both();
    }

    @Override
    protected Profile profile() {
      return server.profile();
    }
  }

  @Nested
  class Lists extends ListingContract {
    @Override
    protected BucketsContract.Both both() {
      return server.both();
    }

    @Override
    protected Profile profile() {
      return server.profile();
    }
  }

  @Nested
  class Wants extends WantedContract {
    @Override
    protected BucketsContract.Both both() {
      return server.both();
    }

    @Override
    protected Profile profile() {
      return server.profile();
    }
  }

  @Nested
  class Permits extends PermitContract {
    @Override
    protected BucketsContract.Both both() {
      return server.both();
    }

    @Override
    protected Profile profile() {
      return server.profile();
    }
  }
}
