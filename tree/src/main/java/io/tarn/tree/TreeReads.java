package io.tarn.tree;

import io.tarn.store.Conditions;
import io.tarn.store.ContentRange;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore.Measured;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How objects are read: a file is opened, and everything that is said or asked of it is said and
/// asked of what was opened. On the threads of the file system.
final class TreeReads {
  private final Folders folders;
  private final FileRecords records;
  private final Site site;

  TreeReads(Folders folders, FileRecords records, Site site) {
    this.folders = folders;
    this.records = records;
    this.site = site;
  }

  /// A version that a read may see.
  private record Found(Existing there, ObjectHead head) implements AutoCloseable {
    @Override
    public void close() {
      there.close();
    }
  }

  private Found find(Read read) throws CallFailed {
    Key key = read.key();
    Existing there = there(read);
    ObjectHead head = there.head(key);
    if (head == null) {
      there.close();
      if (read.version().isLatest()) throw new StoreFailure.NoSuchKey(key);
      throw new StoreFailure.NoSuchVersion(key, read.version());
    }
    try {
      require(read, head);
      return new Found(there, head);
    } catch (RuntimeException e) {
      there.close();
      throw e;
    }
  }

  private Existing there(Read read) throws CallFailed {
    Place place = Place.find(read.bucket(), read.key());
    boolean known = read.version().isLatest() || read.version().equals(Version.NULL);
    if (place == null || !known) {
      folders.bucket(read.bucket()).close();
      return new Existing.Nothing();
    }
    try (Descriptor directory = folders.find(read.bucket(), place)) {
      if (directory == null) return new Existing.Nothing();
      return Existing.find(records, directory, place);
    }
  }

  private static void require(Read read, ObjectHead head) {
    read.permit().require(head);
    Conditions.Condition unmet = read.conditions().unmetByRead(head.content());
    if (unmet == null) return;
    if (unmet.asksForNews()) throw new StoreFailure.NotModified(head);
    throw StoreFailure.ConditionFailed.of(unmet);
  }

  ObjectHead head(Read read) throws CallFailed {
    try (Found found = find(read)) {
      return found.head;
    }
  }

  Measured measure(Read read) throws CallFailed {
    try (Found found = find(read);
        Descriptor parts = parts(found, read)) {
      return new Measured(found.head, slice(found, read, parts));
    }
  }

  OpenObject open(Read read) throws CallFailed {
    Found found = find(read);
    Descriptor parts = null;
    OpenObject opened = null;
    try {
      parts = parts(found, read);
      opened = opened(found, slice(found, read, parts), parts);
      return opened;
    } finally {
      if (!(opened instanceof OpenFile)) {
        if (parts != null) parts.close();
        found.close();
      }
    }
  }

  private OpenObject opened(Found found, ContentRange slice, @Nullable Descriptor parts)
      throws CallFailed {
    if (!(found.there instanceof Existing.PlainFile file)) return new OpenFolder(found.head, slice);
    byte[] small =
        slice.length() <= OpenFile.SMALL
            ? OpenFile.small(file, found.head, slice, site.name())
            : null;
    return new OpenFile(site, file, new OpenFile.View(found.head, slice, small), parts);
  }

  private static ContentRange slice(Found found, Read read, @Nullable Descriptor list)
      throws CallFailed {
    boolean one = read.wanted().spanOf(found.head.content().etag()) instanceof Span.OfPart;
    List<Part> parts = one && list != null ? PartList.read(list) : List.of();
    return ContentRange.of(read.wanted(), found.head.content(), () -> parts);
  }

  /// The list of the parts, where somebody wants to know them and there are some. Null also where
  /// somebody has taken it away: then the object is one that was not uploaded in parts.
  private @Nullable Descriptor parts(Found found, Read read) throws CallFailed {
    boolean wanted =
        read.facts().contains(Fact.PARTS) || read.wanted().span() instanceof Span.OfPart;
    if (!wanted || !(found.there instanceof Existing.PlainFile file)) return null;
    Facts.Sums sums = file.facts().sums(file.state());
    if (sums.parts() == 0) return null;
    Descriptor list = records.parts(file.state());
    if (list == null) return null;
    boolean ofThis = false;
    try {
      ofThis = PartList.upload(list).equals(sums.upload());
      return ofThis ? list : null;
    } finally {
      if (!ofThis) list.close();
    }
  }

  /// A folder has no bytes.
  private record OpenFolder(ObjectHead head, ContentRange slice) implements OpenObject {
    @Override
    public List<Part> parts() {
      return List.of();
    }

    @Override
    public Payload payload() {
      return new Payload.Bytes(new byte[0]);
    }

    @Override
    public void close() {}
  }
}
