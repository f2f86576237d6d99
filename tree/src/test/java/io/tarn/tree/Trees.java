package io.tarn.tree;

import io.tarn.settings.DataSize;
import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.Claim;
import io.tarn.testkit.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// Origins for tests, on a directory of the machine's own file system.
final class Trees {
  private static final String NO_OWNERS = "the owner of a file is a user of the machine";

  static final Profile PROFILE =
      Profile.COMPLETE
          .without(Claim.OWNERS, NO_OWNERS)
          .without(Claim.ACLS, NO_OWNERS)
          .without(Claim.VERSIONS, "a file has none")
          .without(Claim.ANY_CHARACTER, "no path has a zero in it")
          .without(Claim.KEYS_THAT_ARE_NO_PATHS, "a key is a path");

  private Trees() {}

  static TreeSettings settings(long smallestPart) {
    return new TreeSettings(null, false, 8, Duration.ofSeconds(30), new DataSize(smallestPart));
  }

  static DirectoryOrigin open(Path root, boolean attributes) {
    return DirectoryOrigin.open("tree", root, attributes, settings(5), InstantSource.system());
  }

  static BucketsContract.Both both(Path root, boolean attributes, String prefix) {
    var buckets = new DirectoryBuckets(new io.tarn.testkit.MemoryStore(), root, prefix);
    return new BucketsContract.Both(buckets, open(root, attributes));
  }
}
