package io.tarn.tree;

import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.ObjectStoreContract;
import io.tarn.testkit.Profile;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// With extended attributes, with side-cars, and behind a prefix.
class DirectoryOriginTest {
  @Nested
  class WithAttributes extends Each {
    WithAttributes() {
      super(true, "");
    }
  }

  @Nested
  class WithSideCars extends Each {
    WithSideCars() {
      super(false, "");
    }
  }

  @Nested
  class BehindAPrefix extends Each {
    BehindAPrefix() {
      super(true, "deep/er/");
    }
  }

  abstract static class Each extends ObjectStoreContract {
    private final boolean attributes;
    private final String prefix;

    @TempDir(factory = QuickDirectory.class)
    @SuppressWarnings("NullAway.Init") // before each test
    Path root;

    Each(boolean attributes, String prefix) {
      this.attributes = attributes;
      this.prefix = prefix;
    }

    @Override
    protected Profile profile() {
      return Trees.PROFILE;
    }

    @Override
    protected BucketsContract.Both both(long smallestPart) {
      return Trees.both(root, attributes, prefix);
    }
  }
}
