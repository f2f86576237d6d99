package io.tarn.tree;

import io.tarn.store.Bucket;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.StoreFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a listing: a walk through the directories in the order of keys, which goes into none
/// that shows nothing or is one group.
///
/// In memory are the page and, for each directory on the way to where the walk is, up to 1,024 of
/// its names, 16 in those deeper than eight: some 5 MB at the very most, usually far less, however
/// many entries a directory has. It costs a reading of the names of each directory on the way for
/// each page and for each 1,024 of its names.
final class TreeListing {
  private static final int MOST_NAMES = 1024;
  private static final int FEW_NAMES = 16;
  private static final int DEEP = 8;

  private final Folders folders;
  private final FileRecords records;
  private final Bucket bucket;
  private final ListObjects request;
  private final ListingBounds bounds;
  private final int base;
  private final List<ObjectPage.Listed> items = new ArrayList<>();
  private final Deque<NamesInOrder> way = new ArrayDeque<>();

  /// The directory that files were last looked at in, and its path.
  private @Nullable Descriptor current;

  private byte[] currentPath = {};

  private TreeListing(Folders folders, FileRecords records, ListObjects request) {
    this.folders = folders;
    this.records = records;
    this.bucket = request.bucket();
    this.request = request;
    String prefix = Place.link(bucket).prefix();
    this.base = Reserved.bytes(prefix).length;
    this.bounds = new ListingBounds(prefix, request.prefix(), request.delimiter(), request.from());
  }

  static ObjectPage page(Folders folders, FileRecords records, ListObjects request)
      throws CallFailed {
    folders.bucket(request.bucket()).close();
    if (request.limit() <= 0) return new ObjectPage(List.of(), null);
    var listing = new TreeListing(folders, records, request);
    try {
      return listing.walk();
    } finally {
      if (listing.current != null) listing.current.close();
    }
  }

  private ObjectPage walk() throws CallFailed {
    byte[] start = start();
    if (start != null) enter(start);
    while (!way.isEmpty() && items.size() <= request.limit()) {
      byte[] path = way.peek().next(this::open, bounds);
      if (path == null) {
        way.pop();
      } else if (path[path.length - 1] == '/') {
        directory(path);
      } else {
        file(path);
      }
    }
    if (items.size() <= request.limit()) return new ObjectPage(items, null);
    List<ObjectPage.Listed> page = items.subList(0, request.limit());
    return new ObjectPage(
        page,
        switch (page.getLast()) {
          case ObjectPage.ListedObject object -> new ListFrom.After(object.key().text());
          case ObjectPage.Group(var group) -> new ListFrom.PastGroup(group);
        });
  }

  /// The deepest directory that has all that begins with the prefix; null when there can be none.
  private byte @Nullable [] start() {
    byte[] prefix = bounds.prefix();
    int end = prefix.length;
    while (end > 0 && prefix[end - 1] != '/') end--;
    byte[] start = Arrays.copyOf(prefix, end);
    return end == 0 || names(start) != null ? start : null;
  }

  /// The names that lead to a directory; null when it has none that could be gone to.
  private static @Nullable List<byte[]> names(byte[] path) {
    if (path.length == 0) return List.of();
    String text;
    try {
      text = Key.decode(path);
    } catch (IllegalArgumentException e) {
      return null; // no key is spelled so
    }
    if (Place.unholdable(text) != null) return null;
    var names = new ArrayList<byte[]>();
    for (String name : text.substring(0, text.length() - 1).split("/", -1)) {
      names.add(Reserved.bytes(name));
    }
    return names;
  }

  private @Nullable Descriptor open(byte[] path) throws CallFailed {
    List<byte[]> names = names(path);
    try {
      return names == null ? null : folders.find(bucket, names);
    } catch (CallFailed e) {
      if (isClosed(e)) return null;
      throw e;
    }
  }

  /// A directory that this server may not look into has no keys (`lost+found` is one).
  private static boolean isClosed(CallFailed e) {
    return e.is(CallFailed.EACCES, CallFailed.EPERM);
  }

  /// Shows the folder itself, and then what is in it.
  private void enter(byte[] directory) throws CallFailed {
    if (bounds.mayShow(directory)) folder(directory);
    boolean deep = way.size() >= DEEP;
    int wanted = Math.min(request.limit(), MOST_NAMES - 1) + 1;
    way.push(new NamesInOrder(directory, deep ? Math.min(FEW_NAMES, wanted) : wanted));
  }

  private void directory(byte[] path) throws CallFailed {
    int group = ListingBounds.startsWith(path, bounds.prefix()) ? bounds.group(path) : 0;
    if (group == 0) {
      enter(path);
      return;
    }
    byte[] rolledUp = Arrays.copyOf(path, group);
    if (!bounds.isAfter(rolledUp)) {
      bounds.past(rolledUp);
    } else if (hasAny(path)) {
      group(rolledUp);
    }
  }

  private void file(byte[] path) throws CallFailed {
    Key key = key(path);
    if (key == null) return;
    int group = bounds.group(path);
    if (group > 0) {
      byte[] rolledUp = Arrays.copyOf(path, group);
      if (bounds.isAfter(rolledUp)) {
        group(rolledUp);
      } else {
        bounds.past(rolledUp);
      }
      return;
    }
    int cut = path.length;
    while (cut > 0 && path[cut - 1] != '/') cut--;
    Content content = content(Arrays.copyOf(path, cut), Arrays.copyOfRange(path, cut, path.length));
    if (content == null) return;
    items.add(new ObjectPage.ListedObject(key, bucket.owner(), content));
    bounds.after(path);
  }

  private void group(byte[] rolledUp) {
    items.add(
        new ObjectPage.Group(Key.decode(Arrays.copyOfRange(rolledUp, base, rolledUp.length))));
    bounds.past(rolledUp);
  }

  private void folder(byte[] path) throws CallFailed {
    Key key = key(path);
    if (key == null) return;
    try (Descriptor directory = open(path)) {
      if (directory == null) return;
      Facts facts = folder(directory);
      if (facts == null) return;
      ObjectHead head = facts.folder(key);
      items.add(new ObjectPage.ListedObject(key, bucket.owner(), head.content()));
      bounds.after(path);
    }
  }

  private @Nullable Facts folder(Descriptor directory) throws CallFailed {
    try {
      return records.find(FileRecords.Kind.FACTS, directory, directory.state());
    } catch (StoreFailure.Corrupt e) {
      return null; // it is a directory all the same
    }
  }

  /// Null when no key is spelled so: it would be too long, or is not UTF-8, or nothing.
  private @Nullable Key key(byte[] path) {
    int length = path.length - base;
    if (length < 1 || length > Key.MAX_BYTES) return null;
    try {
      return Key.of(Arrays.copyOfRange(path, base, path.length));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// Null when it is gone, or no file any more.
  private @Nullable Content content(byte[] directory, byte[] name) throws CallFailed {
    Descriptor in = current(directory);
    if (in == null) return null;
    try (Descriptor file = in.find(name)) {
      if (file == null) return null;
      FileState state = file.state();
      return state.isRegular() ? content(file, state) : null;
    } catch (CallFailed e) {
      if (!isClosed(e)) throw e;
      FileState state = in.state(name); // a listing also shows what may not be read
      return new Content(state.size(), state.tag(), state.modified(), Checksum.NONE);
    }
  }

  /// What cannot be understood is told by whoever reads the object, not by every listing.
  private Content content(Descriptor file, FileState state) throws CallFailed {
    try {
      return records.facts(file, state).content(state);
    } catch (StoreFailure.Corrupt e) {
      return Facts.NONE.content(state);
    }
  }

  private @Nullable Descriptor current(byte[] path) throws CallFailed {
    if (current != null && Arrays.equals(path, currentPath)) return current;
    if (current != null) current.close();
    current = null;
    current = open(path);
    currentPath = path;
    return current;
  }

  /// Whether there is any key in a directory or below it.
  private boolean hasAny(byte[] path) throws CallFailed {
    try (Descriptor directory = open(path)) {
      return directory != null && hasAny(directory, path);
    }
  }

  private boolean hasAny(Descriptor directory, byte[] path) throws CallFailed {
    if (key(path) == null) return false;
    if (folder(directory) != null) return true;
    return !directory.list(
        (name, isDirectory) -> {
          if (NamesInOrder.isReserved(name)) return true;
          byte[] full = NamesInOrder.concat(path, name);
          if (!isDirectory) return key(full) == null;
          try (Descriptor below = directory.directory(name)) {
            return !hasAny(below, NamesInOrder.concat(full, new byte[] {'/'}));
          } catch (CallFailed e) {
            if (e.isAbsent() || isClosed(e)) return true;
            throw e;
          }
        });
  }
}
