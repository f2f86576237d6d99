package io.tarn.tree;

import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import org.jspecify.annotations.Nullable;

/// What is at a [Place] now. It is open, so its inode is nobody else's until it is closed.
sealed interface Existing extends AutoCloseable {
  /// The object that it is; null when it is none.
  @Nullable ObjectHead head(Key key);

  @Override
  void close();

  record Nothing() implements Existing {
    @Override
    public @Nullable ObjectHead head(Key key) {
      return null;
    }

    @Override
    public void close() {}
  }

  /// A plain file, where the key is that of a file.
  record PlainFile(Descriptor file, FileState state, Facts facts) implements Existing {
    @Override
    public ObjectHead head(Key key) {
      return facts.head(key, state);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /// A directory, where the key is that of a folder. `facts` are null when it is not one that
  /// anybody has put, but only has others in it.
  record Folder(Descriptor directory, FileState state, @Nullable Facts facts) implements Existing {
    @Override
    public @Nullable ObjectHead head(Key key) {
      return facts == null ? null : facts.folder(key);
    }

    @Override
    public void close() {
      directory.close();
    }
  }

  /// Something that is not what the key could be: a directory or a file, the other way round, or
  /// neither of both, which Tarn does not touch.
  record Other(String what, boolean isDirectory) implements Existing {
    @Override
    public @Nullable ObjectHead head(Key key) {
      return null;
    }

    StoreFailure.Invalid refusal() {
      return new StoreFailure.Invalid(
          Reason.REQUEST,
          "This bucket is a directory, where the key is already the name of " + what);
    }

    @Override
    public void close() {}
  }

  /// Looks at what a directory has of the name that the place ends in.
  static Existing find(FileRecords records, Descriptor directory, Place place) throws CallFailed {
    Descriptor there = null;
    try {
      there = directory.open(place.name());
    } catch (CallFailed e) {
      if (e.is(CallFailed.ENOENT, CallFailed.ENOTDIR)) return new Nothing();
      if (e.is(CallFailed.ELOOP)) return new Other("a symbolic link", false);
      if (e.is(CallFailed.ENXIO)) return new Other("something that is no plain file", false);
      throw e;
    }
    Existing found = null;
    try {
      found = of(records, there, place);
      return found;
    } finally {
      if (found == null || found instanceof Other) there.close();
    }
  }

  private static Existing of(FileRecords records, Descriptor there, Place place) throws CallFailed {
    FileState state = there.state();
    if (state.isDirectory()) {
      if (!place.isFolder()) return new Other("a directory, of other keys", true);
      return new Folder(there, state, records.find(FileRecords.Kind.FACTS, there, state));
    }
    if (!state.isRegular()) return new Other("something that is no plain file", false);
    if (place.isFolder()) return new Other("an object", false);
    return new PlainFile(there, state, records.facts(there, state));
  }
}
