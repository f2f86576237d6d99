package io.tarn.cache;

import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Pages of a listing in which queued writes are seen: pages of the origin, in order, without what
/// is queued to be deleted and with what is queued to be there. The queue is looked at before the
/// origin is asked: what leaves it in between is in the origin's page.
final class MergedListing<T> {
  /// Pages of the origin for a page that has something already.
  private static final int ENOUGH = 4;

  /// And for one that has nothing yet, because all that the origin has is queued to be deleted.
  private static final int MOST = 100;

  private static final int PAGE = 1000;

  private final ObjectStore store;
  private final BucketQueue queue;
  private final Kind<T> kind;
  private final QueuedNames.Asked first;
  private final int limit;

  private MergedListing(
      ObjectStore store, BucketQueue queue, Kind<T> kind, QueuedNames.Asked first, int limit) {
    this.store = store;
    this.queue = queue;
    this.kind = kind;
    this.first = first;
    this.limit = limit;
  }

  /// What differs between listings of objects and of versions.
  private interface Kind<T> {
    Page<T> page(Place from, int limit);

    String name(T item);

    T group(String name);

    T object(QueuedWrite write);

    boolean isGroup(T item);

    Version version(T item);
  }

  /// Where a page goes on.
  private record Place(ListFrom from, Version version) {
    String text() {
      return switch (from) {
        case ListFrom.After(var text, _) -> text;
        case ListFrom.PastGroup(var group, _) -> group;
      };
    }
  }

  private record Page<T>(List<T> items, @Nullable Place next) {}

  static ObjectPage objects(ObjectStore store, BucketQueue queue, ListObjects request) {
    if (request.limit() <= 0) return store.list(request);
    var asked = new QueuedNames.Asked(request.prefix(), request.delimiter(), request.from());
    var merged =
        new MergedListing<>(store, queue, new OfObjects(store, request), asked, request.limit());
    Page<ObjectPage.Listed> page = merged.page(new Place(request.from(), Version.LATEST));
    return new ObjectPage(page.items, page.next == null ? null : page.next.from);
  }

  static VersionPage versions(ObjectStore store, BucketQueue queue, ListVersions request) {
    if (request.limit() <= 0) return store.versions(request);
    var asked = new QueuedNames.Asked(request.prefix(), request.delimiter(), request.from());
    var merged =
        new MergedListing<>(store, queue, new OfVersions(store, request), asked, request.limit());
    Page<VersionPage.Listed> page = merged.page(new Place(request.from(), request.version()));
    return page.next == null
        ? new VersionPage(page.items, null, Version.LATEST)
        : new VersionPage(page.items, page.next.from, page.next.version);
  }

  private record OfObjects(ObjectStore store, ListObjects request)
      implements Kind<ObjectPage.Listed> {
    @Override
    public Page<ObjectPage.Listed> page(Place from, int limit) {
      ObjectPage page =
          store.list(
              new ListObjects(
                  request.bucket(), request.prefix(), request.delimiter(), from.from, limit));
      ListFrom next = page.next();
      return new Page<>(page.items(), next == null ? null : new Place(next, Version.LATEST));
    }

    @Override
    public String name(ObjectPage.Listed item) {
      return switch (item) {
        case ObjectPage.ListedObject object -> object.key().text();
        case ObjectPage.Group(var prefix) -> prefix;
      };
    }

    @Override
    public ObjectPage.Listed group(String name) {
      return new ObjectPage.Group(name);
    }

    @Override
    public ObjectPage.Listed object(QueuedWrite write) {
      ObjectHead head = Objects.requireNonNull(write.head());
      return new ObjectPage.ListedObject(write.key(), write.by(), head.content());
    }

    @Override
    public boolean isGroup(ObjectPage.Listed item) {
      return item instanceof ObjectPage.Group;
    }

    @Override
    public Version version(ObjectPage.Listed item) {
      return Version.LATEST;
    }
  }

  private record OfVersions(ObjectStore store, ListVersions request)
      implements Kind<VersionPage.Listed> {
    @Override
    public Page<VersionPage.Listed> page(Place from, int limit) {
      VersionPage page =
          store.versions(
              new ListVersions(
                  request.bucket(),
                  request.prefix(),
                  request.delimiter(),
                  from.from,
                  from.version,
                  limit));
      ListFrom next = page.next();
      return new Page<>(page.items(), next == null ? null : new Place(next, page.nextVersion()));
    }

    @Override
    public String name(VersionPage.Listed item) {
      return switch (item) {
        case VersionPage.ListedVersion version -> version.key().text();
        case VersionPage.DeleteMarker marker -> marker.key().text();
        case VersionPage.Group(var prefix) -> prefix;
      };
    }

    @Override
    public VersionPage.Listed group(String name) {
      return new VersionPage.Group(name);
    }

    @Override
    public VersionPage.Listed object(QueuedWrite write) {
      ObjectHead head = Objects.requireNonNull(write.head());
      return new VersionPage.ListedVersion(
          write.key(), Version.NULL, true, write.by(), head.content());
    }

    @Override
    public boolean isGroup(VersionPage.Listed item) {
      return item instanceof VersionPage.Group;
    }

    @Override
    public Version version(VersionPage.Listed item) {
      return switch (item) {
        case VersionPage.ListedVersion version -> version.version();
        case VersionPage.DeleteMarker marker -> marker.version();
        case VersionPage.Group _ -> Version.LATEST;
      };
    }
  }

  private Page<T> page(Place begin) {
    List<T> items = new ArrayList<>();
    Place at = begin;
    for (int pages = 1; ; pages++) {
      Stretch<T> stretch = stretch(at, Math.max(1, limit - items.size()));
      for (T item : stretch.items) {
        if (items.size() == limit) return new Page<>(items, behind(items.getLast()));
        items.add(item);
      }
      Place next = stretch.next;
      if (next == null) return new Page<>(items, null);
      at = next;
      boolean full = items.size() == limit;
      if (full && !stretch.cut && !isGoneBehind(next)) return new Page<>(items, next);
      if (!full && pages >= (items.isEmpty() ? MOST : ENOUGH)) return new Page<>(items, next);
      if (full && pages >= MOST) return new Page<>(items, next);
    }
  }

  private boolean isGoneBehind(Place place) {
    return QueuedNames.isGoneBehind(queue.keys(), first.prefix(), place.text());
  }

  private Place behind(T item) {
    return kind.isGroup(item)
        ? new Place(new ListFrom.PastGroup(kind.name(item)), Version.LATEST)
        : new Place(new ListFrom.After(kind.name(item)), kind.version(item));
  }

  /// What there is from a place on, up to `next`; `cut` when it ends there because the queue has so
  /// much.
  private record Stretch<T>(List<T> items, @Nullable Place next, boolean cut) {}

  private Stretch<T> stretch(Place at, int wanted) {
    var asked = new QueuedNames.Asked(first.prefix(), first.delimiter(), at.from);
    QueuedNames names = QueuedNames.of(queue.keys(), asked, wanted + 1);
    int gone = 0;
    for (QueuedNames.Element each : names.elements()) {
      if (each instanceof QueuedNames.Gone || each instanceof QueuedNames.GroupGone) gone++;
    }
    Page<T> page = kind.page(at, Math.min(wanted + gone, Math.max(PAGE, wanted)));
    String end = page.next == null ? null : page.next.text();
    boolean cut = names.end() != null && (end == null || Key.compareUtf8(names.end(), end) < 0);
    if (cut) end = names.end();
    var byName = new TreeMap<String, List<T>>(Key::compareUtf8);
    for (T item : page.items) {
      String name = kind.name(item);
      if (isWithin(name, end)) byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(item);
    }
    // Further versions of the key that the page begins behind: the queue has its newest state.
    QueuedKey before = queue.keys().get(at.text());
    if (before != null && !before.isEmpty()) byName.remove(at.text());
    for (QueuedNames.Element each : names.elements()) {
      if (isWithin(each.name(), end)) apply(each, byName);
    }
    List<T> items = new ArrayList<>();
    byName.values().forEach(items::addAll);
    if (!cut) return new Stretch<>(items, page.next, false);
    QueuedNames.Element last = names.elements().getLast();
    boolean group = last instanceof QueuedNames.GroupPut || last instanceof QueuedNames.GroupGone;
    ListFrom next = group ? new ListFrom.PastGroup(last.name()) : new ListFrom.After(last.name());
    return new Stretch<>(items, new Place(next, Version.LATEST), true);
  }

  private static boolean isWithin(String name, @Nullable String end) {
    return end == null || Key.compareUtf8(name, end) <= 0;
  }

  private void apply(QueuedNames.Element element, Map<String, List<T>> byName) {
    switch (element) {
      case QueuedNames.Put(var name, var write) -> byName.put(name, List.of(kind.object(write)));
      case QueuedNames.Gone(var name) -> byName.remove(name);
      case QueuedNames.GroupPut(var name) -> byName.put(name, List.of(kind.group(name)));
      case QueuedNames.GroupGone gone -> {
        if (byName.containsKey(gone.name()) && !hasOthers(gone)) byName.remove(gone.name());
      }
    }
  }

  /// Whether the origin has keys in a group beside those that are queued to be deleted.
  private boolean hasOthers(QueuedNames.GroupGone gone) {
    Bucket bucket = queue.bucket();
    int page = Math.min(PAGE, gone.keys().size() + 1);
    ListFrom from = ListFrom.START;
    while (from != null) {
      ObjectPage found = store.list(new ListObjects(bucket, gone.name(), "", from, page));
      for (ObjectPage.Listed item : found.items()) {
        boolean other =
            item instanceof ObjectPage.ListedObject object
                && !gone.keys().contains(object.key().text());
        if (other) return true;
      }
      from = found.next();
    }
    return false;
  }
}
