package io.tarn.files;

import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.Digests;
import io.tarn.store.ETag;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.ReservedKeys;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import io.tarn.store.Written;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The files of this node: objects of one bucket, which nobody else writes. A file is the object
/// under its id, whatever its level; a deleted one is an object without bytes in its place. What is
/// under way to the origin is staged beside them, under a reserved key.
///
/// What a change depends on is decided by the store in one step with it. A change that may not be
/// made is [StoreFailure.NotPermitted].
final class LocalFiles {
  private static final String STAGED = ReservedKeys.PREFIX + "staged/";

  /// No body has this one.
  private static final ETag DELETED = new ETag("deleted");

  private static final Wanted HEAD = Wanted.of(new Span.Whole(), Set.of());

  private final ObjectStore store;
  private final Bucket bucket;

  LocalFiles(ObjectStore store, Bucket bucket) {
    this.store = store;
    this.bucket = bucket;
  }

  static boolean isDeleted(Content content) {
    return content.etag().equals(DELETED);
  }

  /// What is known of a file, also of one that was deleted.
  Optional<FileMeta> find(FileId id) {
    return head(id.key()).map(head -> FileMeta.of(id, head));
  }

  private Optional<ObjectHead> head(Key key) {
    try {
      return Optional.of(
          store.head(new Read(bucket, key, Version.LATEST, Conditions.NONE, Permit.ANY, HEAD)));
    } catch (StoreFailure.NoSuchKey _) {
      return Optional.empty();
    }
  }

  /// Opens what is wanted of the file; not of one that was deleted.
  OpenObject open(FileId id, Conditions conditions, Wanted wanted) {
    return store.open(read(id, conditions, wanted));
  }

  /// As [#open], and says what that would give.
  ObjectStore.Measured measure(FileId id, Conditions conditions, Wanted wanted) {
    return store.measure(read(id, conditions, wanted));
  }

  private Read read(FileId id, Conditions conditions, Wanted wanted) {
    Permit alive = there -> there == null || !isDeleted(there.content());
    return new Read(bucket, id.key(), Version.LATEST, conditions, alive, wanted);
  }

  /// Makes this the file, if it may take the place of what is there.
  FileMeta write(FileMeta meta, Incoming body) {
    Written written = store.put(put(meta.id().key(), meta, over(meta::mayReplace)), body);
    return sized(meta, written.content().size());
  }

  private static FileMeta sized(FileMeta meta, long size) {
    return new FileMeta(
        meta.id(), meta.said(), size, meta.timestamp(), meta.level(), meta.deleted());
  }

  /// Makes this the file where there is none.
  FileMeta writeNew(FileMeta meta, Incoming body) {
    Written written = store.put(put(meta.id().key(), meta, over(_ -> false)), body);
    return sized(meta, written.content().size());
  }

  /// Puts a deleted file in the place of one that is there.
  void bury(FileMeta deleted) {
    var _ = store.put(put(deleted.id().key(), deleted, over(deleted::mayReplace)), new NoBody());
  }

  /// Says this of the bytes that are there, if they are still those of `known`.
  void describe(FileMeta meta, FileMeta known) {
    Permit same = over(there -> !there.deleted() && there.timestamp() == known.timestamp());
    copy(meta.id().key(), put(meta.id().key(), meta, same));
  }

  /// Keeps a body that has no place yet. `name` is nobody else's.
  FileMeta stage(FileId name, FileMeta meta, Incoming body) {
    Written written = store.put(put(staged(name), meta, Permit.ANY), body);
    return sized(meta, written.content().size());
  }

  /// Makes what is staged the file, if it may take the place of what is there; it stays staged.
  void install(FileId name, FileMeta meta) {
    copy(staged(name), put(meta.id().key(), meta, over(meta::mayReplace)));
  }

  OpenObject openStaged(FileId name) {
    return store.open(
        new Read(bucket, staged(name), Version.LATEST, Conditions.NONE, Permit.ANY, HEAD));
  }

  /// What is staged under this name, and of which file.
  Optional<FileMeta> findStaged(FileId name) {
    return head(staged(name))
        .flatMap(
            head ->
                FileId.of(head.metadata().user().getOrDefault("id", ""))
                    .map(id -> FileMeta.of(id, head)));
  }

  void dropStaged(FileId name) {
    var _ = store.delete(new Delete(bucket, staged(name)));
  }

  /// The names of all that is staged.
  List<FileId> staged() {
    var names = new ArrayList<FileId>();
    ListFrom from = ListFrom.START;
    while (from != null) {
      ObjectPage page = store.list(new ListObjects(bucket, STAGED, "", from, 1000));
      for (var item : page.items()) {
        if (item instanceof ObjectPage.ListedObject object) {
          FileId.of(object.key().text().substring(STAGED.length())).ifPresent(names::add);
        }
      }
      from = page.next();
    }
    return names;
  }

  /// Files in the order of their ids, behind this one. A page may be short, and the last one says
  /// so.
  Page page(String after, int limit) {
    ObjectPage page =
        store.list(new ListObjects(bucket, "", "", new ListFrom.After(behind(after)), limit));
    var files = new ArrayList<FileMeta>();
    String last = after;
    for (var item : page.items()) {
      if (!(item instanceof ObjectPage.ListedObject object)) continue;
      last = object.key().text();
      if (isDeleted(object.content())) continue;
      FileId.of(last).flatMap(this::find).filter(meta -> !meta.deleted()).ifPresent(files::add);
    }
    return new Page(files, page.next() == null ? "" : last);
  }

  private static String behind(String after) {
    return after.isEmpty() ? ReservedKeys.PREFIX + "~" : after;
  }

  /// `next`: where the next page begins; empty at the end.
  record Page(List<FileMeta> files, String next) {
    Page {
      files = List.copyOf(files);
    }
  }

  private static Key staged(FileId name) {
    return new Key(STAGED + name);
  }

  private Put put(Key key, FileMeta meta, Permit permit) {
    return new Put(
        bucket,
        key,
        bucket.owner(),
        meta.metadata(),
        meta.tags(),
        Conditions.NONE,
        Acl.PRIVATE,
        permit);
  }

  /// Whatever there is may be replaced if it is such a file.
  private static Permit over(Predicate<FileMeta> file) {
    return there -> there == null || file.test(meta(there));
  }

  private static FileMeta meta(ObjectHead head) {
    return FileMeta.of(new FileId(head.key().text()), head);
  }

  private void copy(Key source, Put target) {
    var _ = store.copy(new Copy(new Read(bucket, source), target, false, false, null));
  }

  /// The bytes of a deleted file.
  private static final class NoBody implements Incoming {
    @Override
    public long length() {
      return 0;
    }

    @Override
    public @Nullable ByteBuffer next() {
      return null;
    }

    @Override
    public Digests digests() {
      return new Digests(DELETED, Checksum.NONE);
    }
  }
}
