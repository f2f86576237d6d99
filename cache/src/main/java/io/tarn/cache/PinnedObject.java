package io.tarn.cache;

import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Capability;
import io.tarn.store.Conditions;
import io.tarn.store.ETags;
import io.tarn.store.Fact;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.util.List;
import java.util.Set;

/// One state of one object at the origin, and how to ask for more of its bytes and no other's.
///
/// - `asked`: the version that the reader asked for
record PinnedObject(
    ObjectStore store, Bucket bucket, Version asked, ObjectHead head, Identity identity) {
  static PinnedObject of(ObjectStore store, Read read, Heads.Known known) {
    return new PinnedObject(store, read.bucket(), read.version(), known.head(), known.identity());
  }

  Key key() {
    return head.key();
  }

  long size() {
    return head.content().size();
  }

  /// Opens these bytes. Fails with [StoreFailure.ConditionFailed], `NoSuchKey`, `NoSuchVersion` or
  /// `DeleteMarkerMet` when the object is another by now ([#isChange]).
  OpenObject open(ByteRange range) {
    var span = new Span.Between(range.first(), range.last());
    OpenObject open = store.open(read(Wanted.of(span, Set.of(Fact.CHECKSUM))));
    boolean right = false;
    try {
      if (!Identity.of(bucket, open.head()).equals(identity)) {
        throw StoreFailure.ConditionFailed.of(Conditions.Condition.IF_MATCH);
      }
      long from = open.slice().range() == null ? 0 : open.slice().range().first();
      if (from != range.first() || open.slice().length() != range.length()) {
        throw new StoreFailure.Unavailable(
            "the origin answers other bytes than were asked for", null);
      }
      right = true;
      return open;
    } finally {
      if (!right) open.close();
    }
  }

  private Read read(Wanted wanted) {
    boolean named = bucket.can(Capability.VERSIONS) && !head.version().equals(Version.NULL);
    var same =
        new Conditions(new ETags(false, List.of(head.content().etag())), ETags.UNSAID, null, null);
    return new Read(bucket, key(), named ? head.version() : asked, same, Permit.ANY, wanted);
  }

  /// The parts it was uploaded in, by the origin.
  List<Part> parts() {
    Span least = size() == 0 ? new Span.Whole() : new Span.Between(0, 0);
    try (OpenObject open = store.open(read(Wanted.of(least, Set.of(Fact.CHECKSUM, Fact.PARTS))))) {
      return open.parts();
    } catch (StoreFailure e) {
      throw isChange(e) ? changed() : e;
    }
  }

  /// Whether a failure says that the object is not what it was.
  static boolean isChange(StoreFailure failure) {
    return failure instanceof StoreFailure.ConditionFailed
        || failure instanceof StoreFailure.NoSuchKey
        || failure instanceof StoreFailure.NoSuchVersion
        || failure instanceof StoreFailure.NoSuchRange
        || failure instanceof StoreFailure.DeleteMarkerMet;
  }

  /// The failure of a reader who has some of its bytes already.
  StoreFailure changed() {
    return changed(bucket, key());
  }

  static StoreFailure changed(Bucket bucket, Key key) {
    return new StoreFailure.OriginChanged(origin(bucket), key);
  }

  private static String origin(Bucket bucket) {
    return bucket.home() instanceof Home.Linked link ? link.origin() : bucket.name().text();
  }

  /// The origin's name in the settings.
  String origin() {
    return origin(bucket);
  }
}
