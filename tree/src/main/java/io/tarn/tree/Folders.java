package io.tarn.tree;

import io.tarn.store.Bucket;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The directories that keys are in: gone through, made when a key needs them, and removed again.
///
/// Nobody is kept from removing a directory that somebody else is about to put a file into: what is
/// removed takes no file any more (`ENOENT`), and who wanted to put one there makes it anew.
final class Folders {
  private final Descriptor root;
  private final FileRecords records;

  /// Directories that are made and perhaps not durable yet: who finds one of these has to see to it
  /// as well.
  private final AtomicInteger making = new AtomicInteger();

  Folders(Descriptor root, FileRecords records) {
    this.root = root;
    this.records = records;
  }

  /// The directory of the bucket.
  Descriptor bucket(Bucket bucket) throws CallFailed {
    List<byte[]> names = Place.ofBucket(Place.link(bucket).bucket());
    Descriptor found = names == null ? null : walk(root.again(), names);
    if (found == null) throw new StoreFailure.NoSuchBucket(bucket.name());
    return found;
  }

  /// A directory below that of the bucket; null when there is none. The caller closes it.
  @Nullable Descriptor find(Bucket bucket, List<byte[]> names) throws CallFailed {
    return walk(bucket(bucket), names);
  }

  /// The directory that the place is in; null when there is none.
  @Nullable Descriptor find(Bucket bucket, Place place) throws CallFailed {
    return find(bucket, below(place));
  }

  /// As [#find], whether or not there is a bucket.
  @Nullable Descriptor find(Place place) throws CallFailed {
    return walk(root.again(), place.parents());
  }

  private static List<byte[]> below(Place place) {
    return place.parents().subList(place.inBucket(), place.parents().size());
  }

  /// Closes `from`.
  private static @Nullable Descriptor walk(Descriptor from, List<byte[]> names) throws CallFailed {
    Descriptor at = from;
    for (byte[] name : names) {
      try (Descriptor above = at) {
        at = above.directory(name);
      } catch (CallFailed e) {
        if (e.isAbsent()) return null;
        throw e;
      }
    }
    return at;
  }

  /// As [#find], and makes what is missing. What stands in the way is refused.
  Descriptor make(Bucket bucket, Place place) throws CallFailed {
    Descriptor at = bucket(bucket);
    for (byte[] name : below(place)) {
      try (Descriptor above = at) {
        at = enter(above, name);
      }
    }
    return at;
  }

  /// Makes durable that the directories of a place are there, where somebody has just made one.
  void settle(Bucket bucket, Place place) throws CallFailed {
    if (making.get() == 0) return;
    List<byte[]> names = below(place);
    for (int depth = 0; depth <= names.size(); depth++) {
      try (Descriptor directory = find(bucket, names.subList(0, depth))) {
        if (directory != null) directory.sync();
      }
    }
  }

  private Descriptor enter(Descriptor above, byte[] name) throws CallFailed {
    try {
      return above.directory(name);
    } catch (CallFailed e) {
      if (e.is(CallFailed.ENOTDIR, CallFailed.ELOOP)) throw inTheWay();
      if (!e.is(CallFailed.ENOENT)) throw e;
    }
    return made(above, name);
  }

  /// Makes a directory, unless it is there by now, and remembers that it did. After a crash in
  /// between an empty directory stays, which no listing shows.
  Descriptor made(Descriptor above, byte[] name) throws CallFailed {
    boolean made;
    making.incrementAndGet();
    try {
      made = above.makeDirectory(name);
      above.sync();
    } finally {
      making.decrementAndGet();
    }
    Descriptor directory;
    try {
      directory = above.directory(name);
    } catch (CallFailed e) {
      if (e.is(CallFailed.ENOTDIR, CallFailed.ELOOP)) throw inTheWay();
      throw e;
    }
    try {
      if (made) records.setMade(directory);
      return directory;
    } catch (CallFailed | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static StoreFailure.Invalid inTheWay() {
    return new StoreFailure.Invalid(
        Reason.REQUEST,
        "This bucket is a directory, where what the key begins with is the name of a file");
  }

  /// Removes the directory that a place is, if Tarn made it, nothing is in it and nobody has put it
  /// as a key; true when it is not there any more. Under the lock of its path.
  boolean prune(Bucket bucket, Place folder) throws CallFailed {
    try (Descriptor above = find(bucket, folder)) {
      if (above == null) return true;
      try (Descriptor directory = above.directory(folder.name())) {
        return prune(above, directory, folder.name());
      } catch (CallFailed e) {
        if (e.isAbsent()) return true;
        throw e;
      }
    }
  }

  private boolean prune(Descriptor above, Descriptor directory, byte[] name) throws CallFailed {
    FileState state = directory.state();
    if (records.find(FileRecords.Kind.MADE, directory, state) == null) return false;
    if (records.find(FileRecords.Kind.FACTS, directory, state) != null) return false;
    try {
      above.removeDirectory(name);
    } catch (CallFailed e) {
      if (e.is(CallFailed.ENOTEMPTY, CallFailed.EEXIST)) return false;
      throw e;
    }
    records.forget(state);
    return true;
  }
}
