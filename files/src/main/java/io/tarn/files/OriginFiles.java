package io.tarn.files;

import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.Capability;
import io.tarn.store.Conditions;
import io.tarn.store.Incoming;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.util.Optional;
import java.util.Set;

/// The files at the origin: each an object under its id, as the program kept them that this API is
/// from. What is found there without saying how far it came is at the origin at least.
final class OriginFiles {
  private static final Wanted WHOLE = Wanted.of(new Span.Whole(), Set.of());

  private final FilesOrigin origin;

  OriginFiles(FilesOrigin origin) {
    this.origin = origin;
  }

  String name() {
    return origin.name();
  }

  private static Read read(Bucket bucket, FileId id) {
    return new Read(bucket, id.key(), Version.LATEST, Conditions.NONE, Permit.ANY, WHOLE);
  }

  Optional<FileMeta> find(FileId id) {
    try {
      return Optional.of(meta(id, origin.store().head(read(origin.bucket().get(), id))));
    } catch (StoreFailure.NoSuchKey | StoreFailure.DeleteMarkerMet none) {
      return Optional.empty();
    }
  }

  /// What a read of it would give.
  Optional<ObjectStore.Measured> measure(FileId id, Conditions conditions, Wanted wanted) {
    try {
      var read =
          new Read(origin.bucket().get(), id.key(), Version.LATEST, conditions, Permit.ANY, wanted);
      return Optional.of(origin.store().measure(read));
    } catch (StoreFailure.NoSuchKey | StoreFailure.DeleteMarkerMet none) {
      return Optional.empty();
    }
  }

  Optional<OpenObject> open(FileId id) {
    try {
      return Optional.of(origin.store().open(read(origin.bucket().get(), id)));
    } catch (StoreFailure.NoSuchKey | StoreFailure.DeleteMarkerMet none) {
      return Optional.empty();
    }
  }

  static FileMeta meta(FileId id, ObjectHead head) {
    FileMeta meta = FileMeta.of(id, head);
    FileLevel level = meta.level() == FileLevel.LOCAL ? FileLevel.ORIGIN : meta.level();
    return new FileMeta(id, meta.said(), head.content().size(), meta.timestamp(), level, false);
  }

  /// The user's metadata goes along as tags too, where the origin has tags.
  void put(FileMeta meta, Incoming body) {
    Bucket bucket = origin.bucket().get();
    Tags tags = bucket.can(Capability.TAGS) ? meta.tags() : Tags.NONE;
    var _ =
        origin
            .store()
            .put(
                new Put(
                    bucket,
                    meta.id().key(),
                    bucket.owner(),
                    meta.metadata(),
                    tags,
                    Conditions.NONE,
                    Acl.PRIVATE,
                    Permit.ANY),
                body);
  }
}
