package io.tarn.testkit;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Versioning;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step of a random test, in terms that mean the same to every store. `version` is
/// [#LATEST_VERSION], [#NULL_VERSION] or the how-manieth that was made (modulo their number), and
/// so is `upload`.
public sealed interface Operation {
  int LATEST_VERSION = -1;
  int NULL_VERSION = -2;

  /// A body is known by its length and a seed; few of both, so that ETags meet again.
  record Body(int seed, int length) {}

  /// What a write or read asks for.
  enum Wish {
    NOTHING,
    IF_ABSENT,
    IF_PRESENT,
    IF_MATCH,
    IF_NONE_MATCH,
    IF_SIZE
  }

  /// A wish and the body it speaks of.
  record Asked(Wish wish, Body body) {}

  record Write(String key, Body body, Asked asked, int tag) implements Operation {}

  record Look(String key, int version, Asked asked) implements Operation {}

  record Slice(String key, int from, int length) implements Operation {}

  record Remove(String key, int version, Asked asked) implements Operation {}

  record Duplicate(String from, int version, String to, boolean keep) implements Operation {}

  record Tag(String key, int version, int tag) implements Operation {}

  record Switch(Versioning versioning) implements Operation {}

  record Start(String key, @Nullable ChecksumAlgorithm checksum) implements Operation {}

  record AddPart(int upload, int number, Body body) implements Operation {}

  record CopyPart(int upload, int number, String from) implements Operation {}

  /// Completes with those of `numbers` that were put, or with all of them when `careless`.
  record Finish(int upload, List<Integer> numbers, boolean careless, Asked asked)
      implements Operation {
    public Finish {
      numbers = List.copyOf(numbers);
    }
  }

  record GiveUp(int upload) implements Operation {}

  /// Pages through everything with these parameters.
  record Browse(Kind kind, String prefix, String delimiter, String marker, int limit)
      implements Operation {
    public enum Kind {
      OBJECTS,
      VERSIONS,
      UPLOADS
    }
  }

  /// Deletes the bucket and, if that went well, creates it again.
  record Recreate() implements Operation {}

  /// Lets the store tidy up.
  record Tidy() implements Operation {}
}
