package io.tarn.tree;

import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Capability;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a key changes: what is there is opened, the permit and the conditions are asked of it, and a
/// file takes its place by being renamed. On the threads of the file system, and under the lock of
/// the path, so that of two who write the second decides over what the first has made. Somebody
/// else who writes there knows of no lock; only that there is nothing yet, the file system itself
/// can decide.
///
/// A file that takes a place is complete: its bytes and what is recorded of them are synced. What
/// comes after the rename only makes that durable, so a failure from there on is
/// [StoreFailure.Indeterminate].
final class Installing {
  /// How often a directory may be removed from under a file that is put into it.
  private static final int MOST_ATTEMPTS = 100;

  private final Folders folders;
  private final FileRecords records;
  private final OriginErrors errors;

  Installing(Folders folders, FileRecords records, OriginErrors errors) {
    this.folders = folders;
    this.records = records;
    this.errors = errors;
  }

  /// A file that was written: what it came to, and, where it came in parts, their list.
  record Written(Staged file, Facts.Sums sums, java.nio.@Nullable ByteBuffer parts) {}

  /// Completes a file, so that it can take a place.
  Content seal(Put put, Written written, Instant now) throws CallFailed {
    FileState state = written.file.written(now);
    var facts = new Facts(state, written.sums, put.metadata(), put.tags());
    Descriptor file = written.file.file();
    written.file.onDiscard(() -> records.forget(state));
    records.set(FileRecords.Kind.FACTS, file, state, facts);
    if (written.parts != null) records.setParts(state, written.parts);
    file.sync();
    return facts.content(state);
  }

  /// Fails when the permit or the conditions are against a write over what is there now.
  void check(Put put, Place place) throws CallFailed {
    try (Descriptor directory = folders.find(put.bucket(), place);
        Existing there = existing(directory, place)) {
      require(put, there);
    }
  }

  private Existing existing(@Nullable Descriptor directory, Place place) throws CallFailed {
    if (directory == null) return new Existing.Nothing();
    return Existing.find(records, directory, place);
  }

  private static void require(Put put, Existing there) {
    require(put.permit(), put.conditions(), put.key(), there.head(put.key()));
  }

  private static void require(
      Permit permit, Conditions conditions, Key key, @Nullable ObjectHead there) {
    permit.require(there);
    if (there == null) {
      if (conditions.wantSomething()) throw new StoreFailure.NoSuchKey(key);
      return;
    }
    Conditions.Condition unmet = conditions.unmetByWrite(there.content());
    if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
  }

  private interface Attempt<T extends @Nullable Object> {
    /// Null when it has to be tried again.
    T make() throws CallFailed;
  }

  private static <T> T repeated(Attempt<@Nullable T> attempt) throws CallFailed {
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      T made = attempt.make();
      if (made != null) return made;
    }
    throw new StoreFailure.Conflict("the directory of the key kept being removed");
  }

  /// Puts a sealed file in its place.
  void install(Put put, Place place, Staged file) throws CallFailed {
    boolean _ = repeated(() -> tryInstall(put, place, file) ? Boolean.TRUE : null);
  }

  private boolean tryInstall(Put put, Place place, Staged file) throws CallFailed {
    Bucket bucket = put.bucket();
    try (Descriptor found = folders.find(bucket, place);
        Existing there = existing(found, place)) {
      require(put, there);
      if (there instanceof Existing.Other other) {
        if (other.isDirectory() && folders.prune(bucket, place.asFolder())) return false;
        throw other.refusal();
      }
      boolean overNothing =
          there instanceof Existing.Nothing && put.conditions().ifNoneMatch().any();
      if (found != null) {
        if (!rename(file, found, place, overNothing)) return false;
        durable(found, bucket, place);
        if (there instanceof Existing.PlainFile old) forget(old.state());
        return true;
      }
      try (Descriptor made = folders.make(bucket, place)) {
        if (!rename(file, made, place, overNothing)) return false;
        durable(made, bucket, place);
        return true;
      } catch (CallFailed e) {
        if (e.is(CallFailed.ENOENT)) return false;
        throw e;
      }
    }
  }

  private static boolean rename(Staged file, Descriptor into, Place place, boolean overNothing)
      throws CallFailed {
    try {
      if (overNothing) {
        file.renameOverNothing(into, place.name());
      } else {
        file.rename(into, place.name());
      }
      return true;
    } catch (CallFailed e) {
      // The directory was removed, or something came up in it that was not there before.
      if (e.is(CallFailed.ENOENT, CallFailed.EEXIST, CallFailed.EISDIR)) return false;
      if (e.is(CallFailed.EXDEV)) {
        throw new StoreFailure.Invalid(
            Reason.REQUEST,
            "The key is in a directory that is on another file system than the bucket's origin");
      }
      throw e;
    }
  }

  private void durable(Descriptor directory, Bucket bucket, Place place) {
    try {
      directory.sync();
      folders.settle(bucket, place);
    } catch (CallFailed e) {
      throw errors.after(e);
    }
  }

  private void forget(FileState gone) {
    try {
      records.forget(gone);
    } catch (CallFailed e) {
      throw errors.after(e);
    }
  }

  /// Makes a folder of the place.
  Content installFolder(Put put, Place place, Facts.Sums sums, Instant now) throws CallFailed {
    return repeated(() -> tryInstallFolder(put, place, sums, now));
  }

  private @Nullable Content tryInstallFolder(Put put, Place place, Facts.Sums sums, Instant now)
      throws CallFailed {
    check(put, place);
    try (Descriptor above = folders.make(put.bucket(), place)) {
      try (Existing there = Existing.find(records, above, place)) {
        if (there instanceof Existing.Other other) throw other.refusal();
      }
      try (Descriptor directory = folders.made(above, place.name())) {
        FileState state = directory.state();
        long nanos = now.toEpochMilli() * 1_000_000;
        var of = new FileState(state.type(), state.inode(), 0, nanos, state.bornNanos());
        var facts = new Facts(of, sums, put.metadata(), put.tags());
        records.set(FileRecords.Kind.FACTS, directory, state, facts);
        durable(directory, put.bucket(), place);
        return facts.folder(put.key()).content();
      }
    } catch (CallFailed e) {
      if (e.is(CallFailed.ENOENT)) return null;
      throw e;
    }
  }

  /// False when there was nothing to delete. The directories that are empty now are left.
  boolean delete(Delete delete, Place place) throws CallFailed {
    try (Descriptor directory = folders.find(delete.bucket(), place);
        Existing there = existing(directory, place)) {
      ObjectHead head = there.head(delete.key());
      require(delete.permit(), delete.conditions(), delete.key(), head);
      if (head == null || directory == null) return false;
      switch (there) {
        case Existing.PlainFile(_, var state, _) -> {
          directory.unlink(place.name());
          durable(directory, delete.bucket(), place);
          forget(state);
        }
        case Existing.Folder(var folder, var state, _) -> {
          records.remove(FileRecords.Kind.FACTS, folder, state);
          durable(folder, delete.bucket(), place);
        }
        case Existing.Nothing _, Existing.Other _ -> throw new IllegalStateException("no object");
      }
      return true;
    }
  }

  /// What a delete of nothing is asked.
  static void requireNothing(Delete delete) {
    require(delete.permit(), delete.conditions(), delete.key(), null);
  }

  /// Removes a directory that is empty and was made for keys; true when it is gone.
  boolean prune(Bucket bucket, Place folder) {
    try {
      return folders.prune(bucket, folder);
    } catch (CallFailed e) {
      throw errors.after(e);
    }
  }

  /// Changes what was said of an object.
  void annotate(Annotate annotate, Place place) throws CallFailed {
    Tags tags =
        switch (annotate.annotation()) {
          case Annotate.SetTags(var changed) -> changed;
          case Annotate.SetAcl _ -> throw new StoreFailure.Unsupported(Capability.ACLS);
        };
    try (Descriptor directory = folders.find(annotate.bucket(), place);
        Existing there = existing(directory, place)) {
      ObjectHead head = there.head(annotate.key());
      if (head == null) throw noSuch(annotate);
      annotate.permit().require(head);
      switch (there) {
        case Existing.PlainFile(var file, var state, var facts) ->
            annotate(file, state, facts, tags);
        case Existing.Folder(var folder, var state, var facts) -> {
          if (facts != null) annotate(folder, state, facts, tags);
        }
        case Existing.Nothing _, Existing.Other _ -> throw new IllegalStateException("no object");
      }
    }
  }

  static StoreFailure noSuch(Annotate annotate) {
    return annotate.version().isLatest()
        ? new StoreFailure.NoSuchKey(annotate.key())
        : new StoreFailure.NoSuchVersion(annotate.key(), annotate.version());
  }

  static boolean isKnown(Version version) {
    return version.isLatest() || version.equals(Version.NULL);
  }

  /// What nobody recorded anything of has a record from now on, which says nothing of its bytes.
  private void annotate(Descriptor file, FileState state, Facts facts, Tags tags)
      throws CallFailed {
    Facts changed = (facts.equals(Facts.NONE) ? Facts.of(state) : facts).with(tags);
    records.set(FileRecords.Kind.FACTS, file, state, changed);
    try {
      file.sync();
    } catch (CallFailed e) {
      throw errors.after(e);
    }
  }
}
