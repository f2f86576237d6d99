package io.tarn.store;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// Where the objects of a bucket are, and what can be done with them there. That there is the
/// bucket, whose it is, and its documents, is known here in any case.
public sealed interface Home {
  /// The home of own buckets.
  Home OWN = new Own();

  /// What can be done there. A capability that came up after a bucket was linked is not among those
  /// of that bucket.
  Set<Capability> capabilities();

  /// Here: Tarn has index and bytes.
  record Own() implements Home {
    @Override
    public Set<Capability> capabilities() {
      return Capability.ALL;
    }
  }

  /// An existing bucket of another store, its origin, which stays the truth. `origin` is the
  /// origin's name in the settings, or of one that is this bucket's alone a name that no setting
  /// has ([#ofItsOwn]); `bucket` is what the bucket is called there, and a key is there what it is
  /// here with `prefix` before it.
  record Linked(String origin, String bucket, String prefix, Set<Capability> capabilities)
      implements Home {
    private static final String MARK = "@";

    /// What the origin is called that is this bucket's alone.
    public static String ofItsOwn(BucketName bucket) {
      return MARK + bucket;
    }

    /// Whether its origin is this bucket's alone.
    public boolean hasItsOwn() {
      return origin.startsWith(MARK);
    }

    public Linked {
      if (origin.isEmpty() || bucket.isEmpty()) {
        throw new IllegalArgumentException("a link needs an origin and a bucket there");
      }
      var ordered = EnumSet.noneOf(Capability.class);
      ordered.addAll(capabilities);
      capabilities = Collections.unmodifiableSet(ordered);
    }
  }

  /// Here, as in [Own], and written by the files API alone: for clients of S3 it is there to be
  /// read.
  record Files() implements Home {
    private static final Set<Capability> CAPABILITIES =
        Collections.unmodifiableSet(EnumSet.of(Capability.TAGS, Capability.PERMITS_BY_TAGS));

    @Override
    public Set<Capability> capabilities() {
      return CAPABILITIES;
    }
  }

  /// Another region, that of the bucket ([Bucket#region]). Nothing can be done here but to say so.
  record OtherRegion() implements Home {
    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }
  }
}
